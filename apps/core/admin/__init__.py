"""The base of every page of the admin, and the kernel's own pages."""

from __future__ import annotations

from apps.core.admin.acting import ReasonForm
from apps.core.admin.base import OneTopAdmin
from apps.core.admin.records import IdempotencyKeyAdmin, MailAdmin, OperationAdmin, WorkAdmin
from apps.core.admin.trail import AuditAdmin

__all__ = [
    "AuditAdmin",
    "IdempotencyKeyAdmin",
    "MailAdmin",
    "OneTopAdmin",
    "OperationAdmin",
    "ReasonForm",
    "WorkAdmin",
]
