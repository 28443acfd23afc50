"""What comes in: the kind of a file is read from its bytes, never from its name or its declared type."""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from apps.core.errors import FileTooLarge, InvalidInput, UnsupportedFile
from apps.core.files.names import clean_name

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV = "text/csv; charset=utf-8"
DOCUMENTS = (PDF, DOCX)
"""What people may send."""
EXTENSIONS = {PDF: ".pdf", DOCX: ".docx", CSV: ".csv"}
"""What is kept: documents of people and tables of ours."""

# Readers accept a header within the first 1,024 bytes (ISO 32000-1, implementation note 13) and look for
# the end near the end, after which mail gateways and scanners leave rubbish.
_PDF_HEAD = 1024
_PDF_TAIL = 2048

_MAX_MEMBERS = 1_000
_MAX_DIRECTORY = 512 * 1024
_MAX_INFLATED = 64 * 1024 * 1024
_MAX_CONTENT_TYPES = 256 * 1024
_ZIP_END = struct.Struct("<4s4H2LH")
_ZIP_END_MAGIC = b"PK\x05\x06"
_LONGEST_ZIP_COMMENT = 0xFFFF
_ENCRYPTED = 0x1
_COMPRESSIONS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# Everything that the zip module and zlib raise on damaged or hostile archives.
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
)


@dataclass(frozen=True, kw_only=True)
class CheckedFile:
    """A file whose content is known, ready to be stored: an upload that was looked into, or one that we made."""

    file: File[bytes]
    original_name: str
    content_type: str
    extension: str
    size: int
    sha256: str


def check_document(
    upload: UploadedFile[bytes], *, max_bytes: int, field: str = "file"
) -> CheckedFile:
    """Look into an uploaded document and say what it is: a PDF or a DOCX.

    :raises InvalidInput: it is empty
    :raises FileTooLarge: it is longer than ``max_bytes``
    :raises UnsupportedFile: its bytes are neither a PDF nor a DOCX without macros
    """
    size = upload.size or 0
    if size == 0:
        raise InvalidInput.field(field, "empty", _("The file is empty."))
    if size > max_bytes:
        raise FileTooLarge(max_bytes=max_bytes)
    content_type = _kind_of(upload, size)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    extension = EXTENSIONS[content_type]
    return CheckedFile(
        file=upload,
        original_name=clean_name(upload.name or "", otherwise=f"document{extension}"),
        content_type=content_type,
        extension=extension,
        size=size,
        sha256=digest.hexdigest(),
    )


def _kind_of(upload: UploadedFile[bytes], size: int) -> str:
    looks: dict[str, Callable[[IO[bytes], int], bool]] = {PDF: _is_pdf, DOCX: _is_docx}
    for content_type, looks_like in looks.items():
        if looks_like(upload, size):
            return content_type
    raise UnsupportedFile(
        _("Send a PDF or a Word document (.docx) without macros."), accepted=list(DOCUMENTS)
    )


def _is_pdf(file: IO[bytes], size: int) -> bool:
    if b"%PDF-" not in _part(file, 0, _PDF_HEAD):
        return False
    tail = _part(file, max(0, size - _PDF_TAIL), _PDF_TAIL)
    return b"%%EOF" in tail or b"startxref" in tail


def _is_docx(file: IO[bytes], size: int) -> bool:
    if _part(file, 0, 4) != b"PK\x03\x04" or not _directory_is_small(file, size):
        return False
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return _is_word_document(archive, size)
    except _BROKEN_ZIP:
        return False


def _directory_is_small(file: IO[bytes], size: int) -> bool:
    """Read the end record by hand: the zip module would first build an object for each of its entries."""
    length = min(size, _ZIP_END.size + _LONGEST_ZIP_COMMENT)
    tail = _part(file, size - length, length)
    start = tail.rfind(_ZIP_END_MAGIC)
    if start < 0 or len(tail) - start < _ZIP_END.size:
        return False
    _magic, _disk, _start_disk, _here, members, directory, _offset, _comment = _ZIP_END.unpack_from(
        tail, start
    )
    return bool(members <= _MAX_MEMBERS and directory <= _MAX_DIRECTORY)


def _is_word_document(archive: zipfile.ZipFile, size: int) -> bool:
    members = archive.infolist()
    names = {member.filename for member in members}
    if not {"[Content_Types].xml", "word/document.xml"} <= names:
        return False
    # More compressed bytes than the file has: members overlap, which is how flat zip bombs are made.
    if sum(member.compress_size for member in members) > size:
        return False
    if len(members) > _MAX_MEMBERS or sum(member.file_size for member in members) > _MAX_INFLATED:
        return False
    if not all(_is_harmless(member) for member in members):
        return False
    types = archive.getinfo("[Content_Types].xml")
    return (
        types.file_size <= _MAX_CONTENT_TYPES and b"macroenabled" not in archive.read(types).lower()
    )


def _is_harmless(member: zipfile.ZipInfo) -> bool:
    name = member.filename.lower()
    return not (
        member.flag_bits & _ENCRYPTED
        or member.compress_type not in _COMPRESSIONS
        or name.startswith("/")
        or ".." in name.split("/")
        or name.endswith("vbaproject.bin")
    )


def _part(file: IO[bytes], start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)
