"""Entries of any moment, which services cannot make."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core.audit.partitions import first_id
from apps.core.enums import AuditKind
from apps.core.ids import uuid7
from apps.core.models import Audit


def audit_entry(moment: datetime, **values: Any) -> Audit:
    """Write an entry as of a moment."""
    tail = uuid7().int & ((1 << 80) - 1)
    defaults = {"kind": AuditKind.CHANGE, "verb": "lit", "subject_type": "lamps.lamp"}
    return Audit.objects.create(id=UUID(int=first_id(moment).int | tail), **{**defaults, **values})
