"""Where bytes stay: the private storage, under random names that tell nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, transaction

from apps.core.files.intake import CheckedFile
from apps.core.models import StoredFile


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """Bytes that are in the storage, and what its row will say."""

    folder: str
    path: str
    original_name: str
    content_type: str
    size: int
    sha256: str


@contextmanager
def storing(checked: CheckedFile, *, folder: str) -> Iterator[KeptFile]:
    """Store the bytes for the block, and remove them again when it does not end well.

    When the connection to the database is lost they stay: it may be lost after the commit, and then the row is
    there. The sweep of orphans finds out.

    Open it outside the transaction that records the row: a failing commit then counts as a failing block,
    and no row lock waits for the disk.
    """
    token = secrets.token_hex(16)
    path = default_storage.save(f"{folder}/{token[:2]}/{token}{checked.extension}", checked.file)
    try:
        yield KeptFile(
            folder=folder,
            path=path,
            original_name=checked.original_name,
            content_type=checked.content_type,
            size=checked.size,
            sha256=checked.sha256,
        )
    except (OperationalError, InterfaceError):
        raise
    except BaseException:
        default_storage.delete(path)
        raise


def record(kept: KeptFile) -> StoredFile:
    """Write the row of a kept file, in the caller's transaction."""
    return StoredFile.objects.create(
        folder=kept.folder,
        path=kept.path,
        original_name=kept.original_name,
        content_type=kept.content_type,
        size=kept.size,
        sha256=kept.sha256,
    )


def discard(stored: StoredFile) -> None:
    """Remove a kept file: its row in the caller's transaction, its bytes after the commit."""
    path = stored.path
    stored.delete()
    transaction.on_commit(lambda: default_storage.delete(path), robust=True)
