"""The daily sweep: what has no row after a day goes, and nothing else ever does."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from apps.core.files import check_document, discard, record, storing
from apps.core.models import StoredFile, Work
from apps.core.tasks import sweep_orphaned_files
from apps.core.tests.files.samples import PDF, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings) -> Path:
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def age(media):
    """Give ``age(hours)``: make everything in the storage so old."""

    def make(hours: float) -> None:
        then = (timezone.now() - timedelta(hours=hours)).timestamp()
        for path in files(media):
            os.utime(path, (then, then))

    return make


@pytest.fixture
def sweep(work):
    """Give ``sweep()``: what beat starts, and all work that follows from it."""

    def run() -> None:
        sweep_orphaned_files()
        work.run()

    return run


def checked():
    return check_document(upload(PDF, "cv.pdf"), max_bytes=10_000)


def keep(folder: str = "cvs") -> StoredFile:
    with storing(checked(), folder=folder) as kept, transaction.atomic():
        return record(kept)


def orphan(folder: str = "cvs") -> str:
    with storing(checked(), folder=folder) as kept:
        return kept.path


def files(media: Path) -> list[Path]:
    return sorted(path for path in media.rglob("*") if path.is_file())


def paths(media: Path) -> set[str]:
    return {str(path.relative_to(media)) for path in files(media)}


def test_what_has_no_row_after_a_day_is_removed_from_every_folder(media, age, sweep):
    kept = {keep(folder).path for folder in ("cvs", "exports") for _ in range(3)}
    for folder in ("cvs", "exports"):
        for _ in range(5):
            orphan(folder)
    age(24)

    sweep()

    assert paths(media) == kept
    assert Work.objects.count() == 0


def test_what_is_younger_stays_for_it_may_be_waiting_for_its_commit(media, age, sweep):
    path = orphan()
    age(23.9)

    sweep()

    assert paths(media) == {path}


def test_an_upload_meanwhile_is_left_alone(media, age, sweep):
    """Older uploads are swept while a new one lies between its bytes and its row."""
    old = orphan()
    age(48)

    with storing(checked(), folder=old.partition("/")[0]) as kept:
        sweep()
        stored = record(kept)
    sweep()

    assert paths(media) == {stored.path}


def test_every_folder_is_work_of_its_own_that_a_crash_does_not_lose(media, age, work):
    for _ in range(8):
        orphan()
    age(48)

    sweep_orphaned_files()
    folders = {path.parent for path in files(media)}
    assert Work.objects.count() == len(folders)
    sweep_orphaned_files()
    assert Work.objects.count() == len(folders)
    work.run()

    assert paths(media) == set()


def test_a_storage_that_was_never_used_is_swept_without_a_word(media, sweep):
    assert not media.exists()

    sweep()

    assert Work.objects.count() == 0


def test_bytes_of_a_forgotten_row_go(media, age, sweep, django_capture_on_commit_callbacks):
    """``discard`` removes them after its commit; a crash there leaves them to the sweep."""
    stored = keep()
    with django_capture_on_commit_callbacks(execute=False), transaction.atomic():
        discard(stored)
    assert paths(media) == {stored.path}
    age(25)

    sweep()

    assert paths(media) == set()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_lost_at_the_commit_costs_no_recorded_file(media, age, sweep):
    """Whether the commit came through is unknown then; a row without bytes must not come of it."""
    with suppress(OperationalError), storing(checked(), folder="cvs") as kept:
        record(kept)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    assert StoredFile.objects.get().path == kept.path
    assert paths(media) == {kept.path}
    lost = orphan()
    age(25)

    sweep()

    assert lost not in paths(media)
    assert paths(media) == {kept.path}
