"""Files: looked into when people send them, or made by us; kept in private, given out as downloads only."""

from __future__ import annotations

from apps.core.files.downloads import FileMissing, file_response
from apps.core.files.intake import CheckedFile, check_document
from apps.core.files.store import KeptFile, discard, record, storing
from apps.core.files.tables import neutral, table

__all__ = [
    "CheckedFile",
    "FileMissing",
    "KeptFile",
    "check_document",
    "discard",
    "file_response",
    "neutral",
    "record",
    "storing",
    "table",
]
