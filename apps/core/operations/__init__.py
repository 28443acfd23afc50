"""Work in the background that a person waits for: started with a change, watched, cancelled, downloaded."""

from __future__ import annotations

from apps.core.operations.errors import (
    CancelNotAllowed,
    OperationNotFound,
    ResultNotAvailable,
)
from apps.core.operations.keeping import expire, settle_lost
from apps.core.operations.kinds import Kind, declare
from apps.core.operations.lifecycle import allowed_actions
from apps.core.operations.reading import get_operation_for, open_result, operations_of
from apps.core.operations.running import Cancelled, Run, perform
from apps.core.operations.starting import cancel, start

__all__ = [
    "CancelNotAllowed",
    "Cancelled",
    "Kind",
    "OperationNotFound",
    "ResultNotAvailable",
    "Run",
    "allowed_actions",
    "cancel",
    "declare",
    "expire",
    "get_operation_for",
    "open_result",
    "operations_of",
    "perform",
    "settle_lost",
    "start",
]
