"""Starting an operation and asking it to stop."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from apps.core import audit, work
from apps.core.enums import OperationState
from apps.core.models import Operation
from apps.core.models.operations import LIVE
from apps.core.operations import lifecycle
from apps.core.operations.errors import CancelNotAllowed, OperationNotFound
from apps.core.operations.keeping import work_key
from apps.core.operations.kinds import Kind
from apps.core.operations.reading import visible_operations
from apps.core.state import require

if TYPE_CHECKING:
    from apps.users.models import User


def start(*, actor: User, kind: Kind, subject_id: UUID, **args: Any) -> tuple[Operation, bool]:
    """Write down an operation and its work in the caller's transaction; return it and whether it is new.

    While one of the same kind about the same thing is under way for the actor, it is returned instead. The
    kind's task gets ``operation_id`` and ``args``.

    :raises RuntimeError: there is no transaction
    """
    while True:
        operation = Operation(
            kind=kind.name,
            actor_id=actor.pk,
            subject_type=kind.subject_type,
            subject_id=subject_id,
        )
        # Waits for a twin that is not committed yet, and then adds nothing.
        Operation.objects.bulk_create([operation], ignore_conflicts=True)
        if Operation.objects.filter(pk=operation.pk).exists():
            work.add(kind.task, key=work_key(operation.pk), operation_id=operation.pk, **args)
            return operation, True
        under_way = Operation.objects.filter(
            kind=kind.name,
            actor_id=actor.pk,
            subject_id=subject_id,
            state__in=LIVE,
            cancel_requested_at__isnull=True,
        ).first()
        if under_way is not None:
            return under_way, False


@transaction.atomic
def cancel(*, actor: User, operation_id: UUID, now: datetime) -> Operation:
    """Cancel an operation: at once when it waits, else as soon as its worker looks up; asking again is no error.

    :raises OperationNotFound: there is no such operation, or not for the actor
    :raises CancelNotAllowed: the actor only may look at it
    :raises TransitionRefused: it is over
    """
    operation = (
        visible_operations(viewer=actor, now=now)
        .select_for_update(no_key=True)
        .filter(pk=operation_id)
        .first()
    )
    if operation is None:
        raise OperationNotFound
    if not lifecycle.may_cancel(actor, operation):
        raise CancelNotAllowed
    state = OperationState(operation.state)
    require(lifecycle.TRANSITIONS, state, OperationState.CANCELLED)
    if operation.cancel_requested_at is not None:
        return operation
    changes: dict[str, Any] = {"cancel_requested_at": now}
    if state is OperationState.QUEUED:
        changes |= lifecycle.ending(OperationState.CANCELLED, now=now)
    for name, value in changes.items():
        setattr(operation, name, value)
    operation.save(update_fields=[*changes])
    audit.record(actor, "cancelled", operation)
    return operation
