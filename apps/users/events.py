"""What happened to an account."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from apps.core.events import Event, event
from apps.users.enums import UserType


@event("users.user_registered")
@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    """Somebody opened an account; a recruiter now waits for approval."""

    user_id: UUID
    user_type: UserType


@event("users.recruiter_approved")
@dataclass(frozen=True, kw_only=True)
class RecruiterApproved(Event):
    """The staff let a recruiter in."""

    user_id: UUID


@event("users.recruiter_rejected")
@dataclass(frozen=True, kw_only=True)
class RecruiterRejected(Event):
    """The staff refused a recruiter, or took an approval back; ``reason`` is what they tell the recruiter."""

    user_id: UUID
    reason: str = ""
