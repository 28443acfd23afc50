"""What other apps tell us: each handler writes down one piece of work, or one mail, and nothing else.

Feeds are written by tasks rather than here: each has a lock, and a relay keeps its transaction open over a whole
batch of events.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.applications.enums import ApplicationState
from apps.applications.events import (
    ApplicationMoved,
    ApplicationSeen,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from apps.core import work
from apps.core.events import on
from apps.notifications.enums import NotificationKind
from apps.notifications.services import accounts
from apps.users.events import RecruiterApproved, RecruiterRejected, UserRegistered


@on(ApplicationSubmitted)
def tell_of_submission(event: ApplicationSubmitted) -> None:
    """Tell those who recruit for the company."""
    _of_application(NotificationKind.APPLICATION_SUBMITTED, event.application_id, event.occurred_at)


@on(ApplicationSeen)
def tell_of_sight(event: ApplicationSeen) -> None:
    """Tell the candidate."""
    _of_application(NotificationKind.APPLICATION_SEEN, event.application_id, event.occurred_at)


@on(ApplicationMoved)
def tell_of_move(event: ApplicationMoved) -> None:
    """Tell the candidate."""
    _of_application(
        NotificationKind.APPLICATION_MOVED,
        event.application_id,
        event.occurred_at,
        state=event.to_state,
    )


@on(ApplicationWithdrawn)
def tell_of_withdrawal(event: ApplicationWithdrawn) -> None:
    """Tell those who recruit for the company."""
    _of_application(NotificationKind.APPLICATION_WITHDRAWN, event.application_id, event.occurred_at)


@on(UserRegistered)
def welcome(event: UserRegistered) -> None:
    """Welcome a candidate; tell a recruiter what happens next."""
    accounts.welcome(user_id=event.user_id)


@on(RecruiterApproved)
def tell_of_approval(event: RecruiterApproved) -> None:
    """Tell the recruiter."""
    _of_account(NotificationKind.RECRUITER_APPROVED, event.user_id, event.occurred_at)


@on(RecruiterRejected)
def tell_of_rejection(event: RecruiterRejected) -> None:
    """Tell the recruiter."""
    _of_account(NotificationKind.RECRUITER_REJECTED, event.user_id, event.occurred_at, event.reason)


def _of_application(
    kind: NotificationKind,
    application_id: UUID,
    occurred_at: datetime,
    *,
    state: ApplicationState | None = None,
) -> None:
    work.add(
        "apps.notifications.tasks.tell_of_application",
        key=f"{kind}:{application_id}:{occurred_at.isoformat()}",
        kind=kind,
        application_id=application_id,
        occurred_at=occurred_at.isoformat(),
        state=state,
    )


def _of_account(
    kind: NotificationKind, user_id: UUID, occurred_at: datetime, reason: str = ""
) -> None:
    work.add(
        "apps.notifications.tasks.tell_of_decision",
        key=f"{kind}:{user_id}:{occurred_at.isoformat()}",
        kind=kind,
        user_id=user_id,
        occurred_at=occurred_at.isoformat(),
        reason=reason,
    )
