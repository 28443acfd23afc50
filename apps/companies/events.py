"""Facts about companies that higher apps act on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from apps.core.events import Event, event


@event("companies.company_renamed")
@dataclass(frozen=True, kw_only=True)
class CompanyRenamed(Event):
    """A company has another name; its slug stays."""

    company_id: UUID
