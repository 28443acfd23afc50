"""What people call their files: cleaned when it comes in, and never part of a path."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from apps.core.text import fold, nfc

_LONGEST = 255
_SEPARATORS = re.compile(r"[/\\]")
_NOT_TOKEN = re.compile(r"[^A-Za-z0-9._ -]+")


def clean_name(name: str, *, otherwise: str) -> str:
    """Return the last part of a file name in NFC, without control and invisible characters.

    Direction overrides go too: with one of them ``cv\u202efdp.exe`` reads as ``cvexe.pdf``.
    """
    last = _SEPARATORS.split(nfc(name))[-1]
    seen = "".join(char for char in last if not unicodedata.category(char).startswith("C"))
    cleaned = " ".join(seen.split()).strip(". ")
    if len(cleaned) > _LONGEST:
        stem, dot, extension = cleaned.rpartition(".")
        kept = f"{dot}{extension}" if stem and len(extension) <= 10 else ""
        cleaned = cleaned[: _LONGEST - len(kept)].rstrip(". ") + kept
    return cleaned or otherwise


def with_extension(name: str, extension: str) -> str:
    """Return the name ending as its content calls for; ``cv.exe`` that is a PDF becomes ``cv.exe.pdf``."""
    return name if name.lower().endswith(extension) else f"{name}{extension}"


def attachment(name: str) -> str:
    """Return a Content-Disposition that offers to save under this name (RFC 6266, RFC 5987).

    Old clients read ``filename`` (ASCII only), all others ``filename*``. Quotes, backslashes, line ends and
    semicolons cannot occur in either, so no name can add a parameter or a header.
    """
    name = clean_name(name, otherwise="file")
    plain = _NOT_TOKEN.sub("_", _without_accents(name)).strip() or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _without_accents(name: str) -> str:
    """Fold letter by letter, so that capitals stay capitals."""
    return "".join(
        char if char.isascii() else fold(char).upper() if char.isupper() else fold(char)
        for char in name
    )
