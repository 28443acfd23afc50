"""Orphans: bytes whose row never came, or is gone. The storage is looked through daily, a folder at a time.

Bytes are stored before the transaction that records them, and removed after the one that forgets them: a crash between
the two leaves bytes without a row. A row without bytes never comes of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.core.files.storage import default_storage
from django.db import transaction

from apps.core import work
from apps.core.models import StoredFile

# No transaction runs this long: what is older and has no row will not get one.
UNRECORDED_AFTER = timedelta(hours=24)
CHUNK = 500
SWEEP_FOLDER = "apps.core.tasks.sweep_orphaned_folder"

log = structlog.get_logger("files")


def sweep() -> int:
    """Have every folder that ``storing`` fills looked through; return how many there are.

    Each is a piece of work of its own: one that fails or is killed is tried again, and holds up no other.
    """
    folders = [f"{folder}/{part}" for folder in _folders("") for part in _folders(folder)]
    with transaction.atomic():
        for folder in folders:
            work.add(SWEEP_FOLDER, key=f"orphans:{folder}", folder=folder)
    return len(folders)


def sweep_folder(*, folder: str, now: datetime) -> int:
    """Remove the files of one folder that are a day old and have no row; return how many there were."""
    old = [path for path in _files(folder) if _is_old(path, now)]
    removed = 0
    for start in range(0, len(old), CHUNK):
        chunk = old[start : start + CHUNK]
        recorded = set(StoredFile.objects.filter(path__in=chunk).values_list("path", flat=True))
        for path in chunk:
            if path not in recorded:
                default_storage.delete(path)
                removed += 1
    if removed:
        log.info("orphans_removed", folder=folder, count=removed)
    return removed


def _folders(folder: str) -> list[str]:
    return _listed(folder)[0]


def _files(folder: str) -> list[str]:
    return [f"{folder}/{name}" for name in _listed(folder)[1]]


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored there
        return [], []


def _is_old(path: str, now: datetime) -> bool:
    try:
        return default_storage.get_modified_time(path) <= now - UNRECORDED_AFTER
    except FileNotFoundError:  # removed since it was listed
        return False
