"""Rows into a table by COPY: what the database checks is checked, what the ORM adds is not added."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from types import NoneType
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

_BUFFER = 1 << 16
"""Characters that travel together."""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


# Written here and not by the driver, which looks for the adapter of every value anew: half of a large world's time.
_TEXTS: Mapping[type, Callable[[Any], str]] = {
    str: _escaped,
    UUID: str,
    int: str,
    bool: str,
    datetime: datetime.isoformat,
    date: date.isoformat,
    NoneType: lambda _: "\\N",
}


def copy_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows, whose values come in the order of the named fields, and return how many there were.

    Defaults of the model do not apply: name every field that the database does not fill. Values are plain: text,
    whole numbers, truth, ids, dates, and times with their zone.
    """
    quote = connection.ops.quote_name
    meta = model._meta
    known = {field.name: str(field.column) for field in meta.local_fields}
    columns = ", ".join(quote(known[name]) for name in fields)
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        lines: list[str] = []
        size = 0
        for row in rows:
            line = "\t".join([_TEXTS[type(value)](value) for value in row])
            lines.append(line)
            size += len(line)
            count += 1
            if size > _BUFFER:
                copy.write("\n".join(lines) + "\n")
                lines, size = [], 0
        if lines:
            copy.write("\n".join(lines) + "\n")
    return count
