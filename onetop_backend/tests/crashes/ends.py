"""Where a request leaves the platform, told without ids, times and other chance, so that two ends can be compared."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection

from onetop_backend.tests.house.snapshot import BOOKKEEPING, TOUCHED_BY_LOOKING

UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CHANCE = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(\+\d\d:?\d\d|Z)?"), "TIME"),
    (re.compile(r"\b\d\d:\d\d ngày \d\d/\d\d/\d{4}"), "TIME"),
    (re.compile(r"zq\d{4}zq"), "WORLD"),
    (re.compile(r"10\.7\.\d+\.\d+"), "ADDRESS"),
    (re.compile(r"\\\\x[0-9a-f]+"), "BYTES"),
    (re.compile(r"([0-9a-f]{2}/)?[0-9a-f]{32}"), "HEX"),
    (re.compile(r'"gateway_ref": "\d+"'), '"gateway_ref": "NUMBER"'),
    (re.compile(r"\b20\d{12}\b"), "MOMENT"),
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{12}\b"), "CODE"),
    (re.compile(r"\?key=[\w.%:-]+"), "?key=SIGNED"),
    (re.compile(r"verify_email:([^:]+):\d+"), r"verify_email:\1:SECOND"),
    (re.compile(r'"id": \d+'), '"id": NUMBER'),
    (re.compile(r"md5\$[^\"]+"), "PASSWORD"),
)

Rows = Counter[tuple[str, str]]
"""Rows as JSON, with their tables."""


def rows() -> Rows:
    """Return every row there is."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    row = "to_jsonb(t)" + "".join(f" - '{column}'" for column in TOUCHED_BY_LOOKING)
    selects = [
        f"SELECT '{table}', ({row})::text FROM {table} t"  # noqa: S608
        for table in sorted(tables - BOOKKEEPING)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects))
        return Counter(cursor.fetchall())


def difference(before: Rows, after: Rows, names: Mapping[UUID, str]) -> list[str]:
    """Return what became of the rows, a line each; ``names`` are those of the rows that were there before."""
    changes = [("+", *row) for row in (after - before).elements()]
    changes += [("-", *row) for row in (before - after).elements()]
    known = {str(id): name for id, name in names.items()}
    owners = {json.loads(row).get("id"): table for _, table, row in changes}

    def told(text: str, labels: Mapping[str, str]) -> str:
        text = UUIDS.sub(lambda found: labels.get(found[0], "UUID"), text)
        for pattern, word in CHANCE:
            text = pattern.sub(word, text)
        return text

    # Twice: first each row is called after its table, then those that this tells apart by their rank.
    rough = {**{str(id): table for id, table in owners.items()}, **known}
    first: dict[str, list[str]] = {}
    for sign, table, row in changes:
        first.setdefault(f"{sign} {table} {told(row, rough)}", []).append(_id(row))
    fine = dict(rough)
    for rank, (line, ids) in enumerate(sorted(first.items())):
        if len(ids) == 1 and ids[0] not in known:
            fine[ids[0]] = f"{line.split()[1]}-{rank}"
    return sorted(f"{sign} {table} {told(row, fine)}" for sign, table, row in changes)


def _id(row: str) -> str:
    content: dict[str, Any] = json.loads(row)
    return str(content.get("id", ""))
