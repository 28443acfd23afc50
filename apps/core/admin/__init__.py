"""The base of every page of the admin, and the kernel's own pages."""

from __future__ import annotations

from apps.core.admin import dashboard, telling
from apps.core.admin.acting import ReasonForm
from apps.core.admin.base import OneTopAdmin
from apps.core.admin.dashboard import Line, Section
from apps.core.admin.filters import DeletedFilter, NamedFilter
from apps.core.admin.records import IdempotencyKeyAdmin, MailAdmin, OperationAdmin, WorkAdmin
from apps.core.admin.trail import AuditAdmin

__all__ = [
    "AuditAdmin",
    "DeletedFilter",
    "IdempotencyKeyAdmin",
    "Line",
    "MailAdmin",
    "NamedFilter",
    "OneTopAdmin",
    "OperationAdmin",
    "ReasonForm",
    "Section",
    "WorkAdmin",
    "dashboard",
    "telling",
]
