"""How an operation moves from state to state, and who may do what with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from apps.core.enums import OperationAction, OperationState
from apps.core.models import Operation

if TYPE_CHECKING:
    from apps.users.models import User

QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED = OperationState

TRANSITIONS: Mapping[OperationState, frozenset[OperationState]] = {
    QUEUED: frozenset({RUNNING, FAILED, CANCELLED}),
    # Back to the queue between two attempts.
    RUNNING: frozenset({QUEUED, SUCCEEDED, FAILED, CANCELLED}),
    SUCCEEDED: frozenset(),
    FAILED: frozenset(),
    CANCELLED: frozenset(),
}

KEPT = timedelta(hours=24)
"""How long a finished operation and its result stay: results hold personal data, and can be made again."""


def ending(state: OperationState, *, now: datetime) -> dict[str, Any]:
    """Return the columns that every end writes."""
    return {"state": state, "finished_at": now, "expires_at": now + KEPT, "updated_at": now}


def may_see_all(viewer: User) -> bool:
    """Tell whether the viewer sees everybody's operations: staff with that right."""
    return viewer.is_staff and viewer.has_perm("core.view_operation")


def may_cancel(viewer: User, operation: Operation) -> bool:
    """Tell whether the operation is the viewer's to stop: its owner's, and that of staff with that right."""
    if operation.actor_id == viewer.pk:
        return True
    return viewer.is_staff and viewer.has_perm("core.change_operation")


def allowed_actions(*, viewer: User, operation: Operation) -> list[OperationAction]:
    """Return what the viewer may do with an operation now."""
    can_end = CANCELLED in TRANSITIONS[OperationState(operation.state)]
    asked = operation.cancel_requested_at is not None
    actions = []
    if can_end and not asked and may_cancel(viewer, operation):
        actions.append(OperationAction.CANCEL)
    if operation.result_id is not None:
        actions.append(OperationAction.DOWNLOAD)
    return actions
