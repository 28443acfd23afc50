"""The relay: hands the events in the outbox to their subscribers."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from apps.core import events
from apps.core.models.work import Work
from apps.core.work import broker, outbox, told

if TYPE_CHECKING:
    from django.db.models import QuerySet

BATCH = 100
HARD_LIMIT = 25
"""Seconds after which a relay is killed, whatever it does."""
LEASE = timedelta(seconds=HARD_LIMIT + 5)
LONGEST = 10.0
RETRY_AFTER = timedelta(seconds=10)


def drain(*, longest: float = LONGEST) -> int:
    """Hand due events to their subscribers until none is left; return how many were handled.

    Several relays may drain side by side: each claims rows that no other holds. After ``longest`` seconds another
    is rung for the rest. Claiming counts the attempt, before a handler can end the process: the rows of a batch
    that ended so are claimed one by one afterwards, so that one of them dies alone.
    """
    handled = 0
    until = time.monotonic() + longest
    while rows := _claim(timezone.now()):
        with transaction.atomic():
            for row in rows:
                _relay(row)
        handled += len(rows)
        if time.monotonic() > until:
            broker.ring_relay()
            break
    return handled


def _claim(now: datetime) -> list[Work]:
    """Claim a batch of rows that nobody holds or, when there are none, one whose holder was lost."""
    due = Work.objects.filter(
        queue=outbox.RELAY,
        dead_at__isnull=True,
        due_at__lte=now,
        attempts__lt=F("max_attempts"),
    )
    return _take(due.filter(leased_until__isnull=True), BATCH, now) or _take(
        due.filter(leased_until__lt=now), 1, now
    )


def _take(due: QuerySet[Work], limit: int, now: datetime) -> list[Work]:
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True).order_by("id")[:limit])
        claim_id, leased_until = uuid4(), now + LEASE
        for row in rows:
            row.claim_id, row.leased_until = claim_id, leased_until
            row.attempts += 1
        Work.objects.filter(id__in=[row.id for row in rows]).update(
            claim_id=claim_id, leased_until=leased_until, attempts=F("attempts") + 1
        )
    return rows


def _relay(row: Work) -> None:
    with (
        structlog.contextvars.bound_contextvars(**row.context),
        told.running(row.task, queue=row.queue) as run,
    ):
        try:
            with transaction.atomic():
                events.handle(row.task, row.args)
                # What waits for the commit to be checked would fail the whole batch there.
                connection.check_constraints()
        except Exception as error:  # noqa: BLE001 - one failing subscriber must not hold up the others
            run.outcome = outbox.fail(row, retry_after=RETRY_AFTER, error=error)
        else:
            Work.objects.filter(id=row.id, claim_id=row.claim_id).delete()
