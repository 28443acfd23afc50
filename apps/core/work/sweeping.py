"""The sweep: takes up work whose message or worker was lost, and sends no more than it must.

Sending everything overdue again at every sweep is safe but drowns the queues: most of it waits there already. So
the broker is asked how many messages a queue still holds, and only what it lacks is sent again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from apps.core.models.work import Work
from apps.core.work import broker
from apps.core.work.outbox import RELAY
from apps.core.work.specs import is_declared

if TYPE_CHECKING:
    from django.db.models import QuerySet

RESEND_AFTER = timedelta(seconds=60)
SWEEP_LIMIT = 1_000
UNKNOWN_AFTER = timedelta(hours=1)
"""While a new version is rolled out, rows may name tasks that this process does not know yet."""

_LOCK = 0x6F6E65746F70  # "onetop", among the advisory locks of the database

log = structlog.get_logger("work")


def sweep() -> int:
    """Send again what was lost, at most ``SWEEP_LIMIT`` rows; return how many messages were sent.

    At once: rows that were never sent or whose lease ran out. After ``RESEND_AFTER``, or at once when the broker
    was emptied: as many of a queue's rows, those sent longest ago, as wait without a message in it.
    """
    with _alone() as alone:
        if not alone:
            return 0
        broker.note_sweep()
        now = timezone.now()
        _bury(now)
        if broker.lost_its_memory():
            # Whatever the broker holds by now, or held all the time because only its marker is new, is not sent twice.
            late = now - RESEND_AFTER - timedelta(seconds=1)
            Work.objects.exclude(queue=RELAY).filter(sent_at__gt=late).update(sent_at=late)
            # Last: a sweep that dies before this does it again.
            broker.remember()
        if _waiting(now).filter(queue=RELAY).exists() and not broker.waiting(RELAY):
            broker.ring_relay()
        return _send(_chosen(now))


@contextmanager
def _alone() -> Iterator[bool]:
    """Tell whether no other sweep runs: two would take each other's messages, not sent yet, for lost ones."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _chosen(now: datetime) -> list[Work]:
    """Choose what to send and note that it was; a worker's row whose lease ran out is free from then on."""
    with transaction.atomic():
        rows = list(_unsent(now)[:SWEEP_LIMIT])
        rows += _lost(now, limit=SWEEP_LIMIT - len(rows))
        Work.objects.filter(id__in=[row.id for row in rows]).update(
            sent_at=now, claim_id=None, leased_until=None
        )
    return rows


def _send(rows: Sequence[Work]) -> int:
    for number, row in enumerate(rows):
        if not broker.send(row.task, queue=row.queue, work_id=row.id):
            # Each further one would wait for the broker as long as this one did.
            unsent = [row.id for row in rows[number:]]
            Work.objects.filter(id__in=unsent, claim_id__isnull=True).update(sent_at=None)
            return number
    return len(rows)


def _waiting(now: datetime) -> QuerySet[Work]:
    """Return what is due and nobody does."""
    return Work.objects.filter(dead_at__isnull=True, due_at__lte=now).filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    )


def _unsent(now: datetime) -> QuerySet[Work]:
    return (
        _waiting(now)
        .exclude(queue=RELAY)
        .filter(Q(leased_until__lt=now) | Q(sent_at__isnull=True))
        .select_for_update(skip_locked=True)
        .order_by("due_at", "id")
    )


def _lost(now: datetime, *, limit: int) -> Iterator[Work]:
    """Yield the rows, at most ``limit``, whose messages the broker cannot be holding any more."""
    sent = _waiting(now).exclude(queue=RELAY).filter(leased_until__isnull=True)
    late = sent.filter(sent_at__lt=now - RESEND_AFTER)
    for queue in late.order_by("queue").values_list("queue", flat=True).distinct():
        # Asked before the rows are counted: what is taken up in between must not look lost.
        held = broker.waiting(queue)
        if held is None:
            return
        rows = sent.filter(queue=queue, sent_at__isnull=False).aggregate(count=Count("id"))
        missing = min(rows["count"] - held, limit)
        if missing <= 0:
            continue
        # A queue hands out what came first, so what was sent longest ago is missing.
        found = late.filter(queue=queue).order_by("sent_at", "id")
        chosen = list(found.select_for_update(skip_locked=True)[:missing])
        limit -= len(chosen)
        yield from chosen


def _bury(now: datetime) -> None:
    """Give up what can never be done, and what ended its worker at the last allowed attempt."""
    pending = Work.objects.filter(dead_at__isnull=True)
    buried = pending.filter(leased_until__lt=now, attempts__gte=F("max_attempts")).update(
        dead_at=now,
        claim_id=None,
        leased_until=None,
        last_error="the worker died or was killed at its time limit",
    )
    overdue = pending.exclude(queue=RELAY).filter(due_at__lt=now - UNKNOWN_AFTER)
    names = overdue.order_by("task").values_list("task", flat=True).distinct()
    unknown = [name for name in names if not is_declared(name)]
    if unknown:
        buried += overdue.filter(task__in=unknown).update(
            dead_at=now, claim_id=None, leased_until=None, last_error="there is no such task"
        )
    if buried:
        log.warning("work_dead", rows=buried)
