"""Small documents to upload: what people send, and what they should not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from django.core.files.uploadedfile import SimpleUploadedFile

CONTENT_TYPES = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"


def docx(
    extra: Mapping[str, bytes] | None = None, *, content_types: bytes = CONTENT_TYPES
) -> bytes:
    """Return a Word document with further members."""
    members = {
        "[Content_Types].xml": content_types,
        "word/document.xml": b"<w:document/>",
        **(extra or {}),
    }
    return zipped(members)


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def upload(
    content: bytes, name: str = "cv.pdf", content_type: str = "application/pdf"
) -> SimpleUploadedFile:
    """Return an upload as a view receives it."""
    return SimpleUploadedFile(name, content, content_type)
