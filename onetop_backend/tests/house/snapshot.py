"""What the platform holds at a moment, for proving that a refused request changed nothing."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection

BOOKKEEPING = {"auth_permission", "django_content_type"}
"""Written by migrations only."""

TOUCHED_BY_LOOKING = ("last_seen_at",)
"""Columns that tell when somebody was last here; being refused is being here."""

LEFT_BY_REFUSALS = {"core_audit": "kind = 'security'"}
"""Rows that a refusal may leave, by their table: a failed login is told of in the audit trail."""

Snapshot = dict[str, str]


def tables() -> Snapshot:
    """Return a fingerprint of every table, by its name."""
    names = sorted(
        {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - BOOKKEEPING
    )
    row = "to_jsonb(t)" + "".join(f" - '{column}'" for column in TOUCHED_BY_LOOKING)
    selects = [
        f"SELECT '{table}', count(*) || ' rows ' || coalesce(md5(string_agg("  # noqa: S608
        f"md5(({row})::text), '' ORDER BY md5(({row})::text))), '') FROM {table} t "
        f"WHERE NOT ({LEFT_BY_REFUSALS.get(table, 'false')})"
        for table in names
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects))
        return dict(cursor.fetchall())


def files() -> Snapshot:
    """Return the size of every kept file, by its path."""
    root = Path(settings.MEDIA_ROOT)
    return {
        str(path.relative_to(root)): f"{path.stat().st_size} bytes"
        for path in root.rglob("*")
        if path.is_file()
    }


def difference(before: Snapshot, after: Snapshot) -> list[str]:
    """Return the names of what was added, removed or changed."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))
