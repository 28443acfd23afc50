"""Refusals about operations."""

from __future__ import annotations

from apps.core.errors import Forbidden, NotFound
from apps.core.errors import mark as _


class OperationNotFound(NotFound):
    """There is no such operation, or not for this viewer, or it is no longer kept."""

    code = "operation_not_found"
    title = _("Operation not found")


class ResultNotAvailable(NotFound):
    """The operation has no result: not yet, or none at all."""

    code = "result_not_available"
    title = _("There is no result to download")


class CancelNotAllowed(Forbidden):
    """The viewer may look at the operation, and it is not theirs to stop."""

    code = "cancel_not_allowed"
    title = _("You may not cancel this operation")
