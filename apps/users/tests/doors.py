"""Ways in, and a look at which sessions are over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.users.models import Session, User
from apps.users.services import sessions
from apps.users.services.sessions import SignedIn
from apps.users.tests.factories import PASSWORD

OPEN = (None, "")


def log_in(
    user: User, now: datetime, *, password: str = PASSWORD, user_agent: str = "tests"
) -> SignedIn:
    """Sign in with a password."""
    return sessions.log_in(
        email=user.email, password=password, ip="203.0.113.7", user_agent=user_agent, now=now
    )


def ends() -> dict[UUID, tuple[datetime | None, str]]:
    """Return when and why each session ended."""
    return {session.pk: (session.ended_at, session.end_reason) for session in Session.objects.all()}
