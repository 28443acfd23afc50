"""Reads of operations, as a viewer may see them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.core import audit
from apps.core.models import Operation, StoredFile
from apps.core.operations.errors import OperationNotFound, ResultNotAvailable
from apps.core.operations.kinds import kind_of
from apps.core.operations.lifecycle import may_see_all

if TYPE_CHECKING:
    from apps.users.models import User


def operations_of(*, viewer: User, now: datetime) -> QuerySet[Operation]:
    """Return the viewer's own operations that are still kept, newest first."""
    return _kept(now).filter(actor_id=viewer.pk).order_by("-id")


def visible_operations(*, viewer: User, now: datetime) -> QuerySet[Operation]:
    """Return the operations that the viewer may look at: one's own; staff see everybody's."""
    kept = _kept(now)
    return kept if may_see_all(viewer) else kept.filter(actor_id=viewer.pk)


def get_operation_for(*, viewer: User, operation_id: UUID, now: datetime) -> Operation:
    """Return one operation.

    :raises OperationNotFound: it is not there, or not for the viewer
    """
    operation = visible_operations(viewer=viewer, now=now).filter(pk=operation_id).first()
    if operation is None:
        raise OperationNotFound
    return operation


@transaction.atomic
def open_result(*, actor: User, operation_id: UUID, now: datetime) -> StoredFile:
    """Return the file that an operation made, unless its owner may no longer have it; note who else reads it.

    :raises OperationNotFound: there is no such operation, or not for the actor
    :raises ResultNotAvailable: it made no file, or none yet
    :raises DomainError: what the kind of the operation says about a result that should not be read any more
    """
    operations = visible_operations(viewer=actor, now=now).select_related("result")
    operation = operations.filter(pk=operation_id).first()
    if operation is None:
        raise OperationNotFound
    if operation.result is None:
        raise ResultNotAvailable
    kind_of(operation).check_result(operation)
    if operation.actor_id != actor.pk:
        audit.record(actor, "result_read", operation)
    return operation.result


def _kept(now: datetime) -> QuerySet[Operation]:
    return Operation.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
