"""Files from people: looked into when they come in, kept in private, given out as downloads only."""

from __future__ import annotations

from apps.core.files.downloads import FileMissing, file_response
from apps.core.files.intake import CheckedFile, check_document
from apps.core.files.store import KeptFile, record, storing

__all__ = [
    "CheckedFile",
    "FileMissing",
    "KeptFile",
    "check_document",
    "file_response",
    "record",
    "storing",
]
