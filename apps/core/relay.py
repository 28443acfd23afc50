"""The relay: hands the events in the outbox to their subscribers."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from apps.core import events
from apps.core.models.work import Work
from apps.core.work import outbox

BATCH = 100
RETRY_AFTER = timedelta(seconds=10)


def drain() -> int:
    """Hand due events to their subscribers in batches until none is left; return how many were handled.

    Several relays may drain side by side: each takes rows that no other holds.
    """
    handled = 0
    while True:
        with transaction.atomic():
            rows = list(
                Work.objects.select_for_update(skip_locked=True)
                .filter(queue=outbox.RELAY, dead_at__isnull=True, due_at__lte=timezone.now())
                .order_by("id")[:BATCH]
            )
            for row in rows:
                _relay(row)
        handled += len(rows)
        if len(rows) < BATCH:
            return handled


def _relay(row: Work) -> None:
    with structlog.contextvars.bound_contextvars(**row.context):
        try:
            with transaction.atomic():
                events.handle(row.task, row.args)
        except Exception as error:  # noqa: BLE001 - one failing subscriber must not hold up the others
            row.attempts += 1
            outbox.fail(row, retry_after=RETRY_AFTER, error=error)
        else:
            row.delete()
