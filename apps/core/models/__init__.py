"""The kernel's tables and the bases of everybody else's."""

from __future__ import annotations

from apps.core.models.audit import Audit
from apps.core.models.base import Entity, SoftDeletable, SoftDeleteQuerySet, Versioned
from apps.core.models.files import StoredFile
from apps.core.models.idempotency import IdempotencyKey
from apps.core.models.mail import Mail
from apps.core.models.operations import Operation
from apps.core.models.work import Work

__all__ = [
    "Audit",
    "Entity",
    "IdempotencyKey",
    "Mail",
    "Operation",
    "SoftDeletable",
    "SoftDeleteQuerySet",
    "StoredFile",
    "Versioned",
    "Work",
]
