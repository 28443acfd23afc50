"""A partition a month, made ahead. What no month has room for is kept in the DEFAULT one, and is an alarm."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import structlog
from django.db import connection

MONTHS_AHEAD = 3

log = structlog.get_logger("audit")


def make_ahead(*, now: datetime) -> list[str]:
    """Make the partitions of this month and the next three; return the names of the new ones.

    Entries that had gone to the DEFAULT partition for want of theirs move into it. Logs an error when any stay.
    """
    made = []
    with connection.cursor() as cursor:
        for ahead in range(MONTHS_AHEAD + 1):
            cursor.execute("SELECT core_audit_make_partition(%s)", [month_start(now, ahead)])
            made.append(cursor.fetchone()[0])
    if has_strays():
        log.error("audit_entries_without_a_month")
    return [name for name in made if name]


def has_strays() -> bool:
    """Return whether the DEFAULT partition holds entries: a month is missing, or a clock is wrong."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM core_audit_default)")
        return bool(cursor.fetchone()[0])


def month_start(moment: datetime, ahead: int = 0) -> datetime:
    """Return the first moment (UTC) of a month: that of ``moment``, or so many later."""
    utc = moment.astimezone(UTC)
    years, month = divmod(utc.month - 1 + ahead, 12)
    return datetime(utc.year + years, month + 1, 1, tzinfo=UTC)


def first_id(moment: datetime) -> UUID:
    """Return the lowest id that an entry of this moment or later has: what queries prune partitions by."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
