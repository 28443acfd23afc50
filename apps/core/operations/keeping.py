"""What keeps operations true over time: none runs for ever, none is kept for ever."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from apps.core.enums import OperationState
from apps.core.files import discard
from apps.core.models import Operation, Work
from apps.core.models.operations import LIVE
from apps.core.operations.lifecycle import ending
from apps.core.operations.running import DEFECT, DEFECT_TEXT

BATCH = 200


def work_key(operation_id: UUID) -> str:
    """Return the key of the outbox row that does the work."""
    return f"operation:{operation_id}"


def settle_lost(*, now: datetime) -> int:
    """End operations whose work was given up or is gone; return how many.

    The row of the work is written with the operation and removed after its end, so that an operation without
    one has nobody left who would end it.
    """
    hope = Work.objects.filter(
        key=Concat(Value("operation:"), Cast(OuterRef("id"), CharField())), dead_at__isnull=True
    )
    lost = Operation.objects.filter(Q(state__in=LIVE), ~Exists(hope))
    stopped = lost.filter(cancel_requested_at__isnull=False).update(
        **ending(OperationState.CANCELLED, now=now)
    )
    failed = lost.filter(cancel_requested_at__isnull=True).update(
        **ending(OperationState.FAILED, now=now), error_code=DEFECT, error_text=DEFECT_TEXT
    )
    return stopped + failed


def expire(*, now: datetime) -> int:
    """Remove operations that were kept long enough, with their results; return how many."""
    removed = 0
    while True:
        with transaction.atomic():
            rows = list(
                Operation.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("result")
                .filter(expires_at__lte=now)
                .order_by("id")[:BATCH]
            )
            results = [row.result for row in rows if row.result is not None]
            Operation.objects.filter(pk__in=[row.pk for row in rows]).delete()
            for result in results:
                discard(result)
        removed += len(rows)
        if len(rows) < BATCH:
            return removed
