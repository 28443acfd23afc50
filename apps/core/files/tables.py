"""Tables as CSV: what spreadsheets open as it was meant, whatever people wrote into the cells."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from typing import IO

from django.core.files import File

from apps.core.files.intake import CSV, EXTENSIONS, CheckedFile
from apps.core.files.names import clean_name

_FORMULA = frozenset("=+-@")
_CHUNK = 64 * 1024


def neutral(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, still readable: ``+84…`` becomes ``'+84…``.

    What starts with = + - @, a tab or a line end is computed by Excel, LibreOffice and Google Sheets (OWASP, CSV
    injection), also in full-width letters, and by some of them behind blanks or invisible characters.
    """
    if text[:1] in {"\t", "\r", "\n"}:
        return f"'{text}"
    seen = "".join(char for char in text[:64] if not _is_blank(char))
    return f"'{text}" if unicodedata.normalize("NFKC", seen)[:1] in _FORMULA else text


def table(*, name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> CheckedFile:
    """Write rows to a CSV file as they come: RFC 4180, in UTF-8 with the mark that Excel wants.

    Every cell is quoted, because a spreadsheet whose separator is the semicolon (as in Vietnam) would split a
    bare cell at its own semicolons, and what follows could be a formula again. The file has no name and is gone
    when it is closed, or when its process dies.
    """
    raw = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it, when it has read it
    try:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        for cells in itertools.chain([header], rows):
            writer.writerow([neutral(cell) for cell in cells])
        text.flush()
        text.detach()
        return CheckedFile(
            file=File(raw),
            original_name=clean_name(name, otherwise=f"table{EXTENSIONS[CSV]}"),
            content_type=CSV,
            extension=EXTENSIONS[CSV],
            size=raw.tell(),
            sha256=_digest(raw),
        )
    except BaseException:
        raw.close()
        raise


def _is_blank(char: str) -> bool:
    return char.isspace() or unicodedata.category(char).startswith("C")


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
