"""Facts about applications that higher apps act on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from apps.applications.enums import ApplicationState
from apps.core.events import Event, event


@event("applications.application_submitted")
@dataclass(frozen=True, kw_only=True)
class ApplicationSubmitted(Event):
    """A candidate applied to a posting."""

    application_id: UUID
    job_id: UUID
    company_id: UUID
    candidate_id: UUID


@event("applications.application_seen")
@dataclass(frozen=True, kw_only=True)
class ApplicationSeen(Event):
    """Somebody of the company opened the CV for the first time."""

    application_id: UUID
    candidate_id: UUID


@event("applications.application_moved")
@dataclass(frozen=True, kw_only=True)
class ApplicationMoved(Event):
    """The company moved an application to another state."""

    application_id: UUID
    candidate_id: UUID
    company_id: UUID
    from_state: ApplicationState
    to_state: ApplicationState


@event("applications.application_withdrawn")
@dataclass(frozen=True, kw_only=True)
class ApplicationWithdrawn(Event):
    """The candidate took the application back."""

    application_id: UUID
    company_id: UUID
