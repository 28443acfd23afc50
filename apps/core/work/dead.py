"""Work that was given up: staff have it tried again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.errors import Conflict
from apps.core.errors import mark as _
from apps.core.models.work import Work


class WorkNotDead(Conflict):
    """The row is waiting or being done."""

    code = "work_not_dead"
    title = _("This work was not given up")


class WorkAskedAgain(Conflict):
    """Since the row died, the same work was asked for once more."""

    code = "work_asked_again"
    title = _("The same work is already waiting")


def dead_work_unscoped(
    *, task: str = "", ids: Sequence[UUID] = (), died_before: datetime | None = None
) -> list[Work]:
    """Return the rows that were given up, the oldest first; each condition that is given holds for them."""
    rows = Work.objects.filter(dead_at__isnull=False)
    if task:
        rows = rows.filter(task=task)
    if ids:
        rows = rows.filter(id__in=ids)
    if died_before is not None:
        rows = rows.filter(dead_at__lte=died_before)
    return list(rows.order_by("dead_at", "id"))


@transaction.atomic
def requeue(*, actor: Any, work_id: UUID, now: datetime) -> Work:
    """Give a dead row all of its attempts again, due now; the next sweep sends it.

    :raises WorkNotDead: it is not dead, or done and gone
    :raises WorkAskedAgain: a living row has its key
    """
    row = Work.objects.select_for_update().filter(id=work_id, dead_at__isnull=False).first()
    if row is None:
        raise WorkNotDead
    if Work.objects.filter(key=row.key, dead_at__isnull=True).exists():
        raise WorkAskedAgain
    row.attempts, row.due_at, row.sent_at, row.dead_at = 0, now, None, None
    audit.record(actor, "requeued", row)
    row.save(update_fields=["attempts", "due_at", "sent_at", "dead_at"])
    return row
