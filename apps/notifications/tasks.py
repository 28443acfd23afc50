"""Telling people and pushing to their sockets, after the commit of what happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.applications.enums import ApplicationState
from apps.core.realtime.push import push
from apps.core.work import task
from apps.notifications import selectors
from apps.notifications.enums import NotificationKind
from apps.notifications.presenters import notification_frames
from apps.notifications.services import accounts, applications


@task(queue="celery")
def tell_of_application(
    *, kind: str, application_id: str, occurred_at: str, state: str | None = None, **_: Any
) -> None:
    """Tell everybody whom a step of an application concerns."""
    applications.tell_of_application(
        kind=NotificationKind(kind),
        application_id=UUID(application_id),
        state=ApplicationState(state) if state else None,
        occurred_at=datetime.fromisoformat(occurred_at),
    )


@task(queue="celery")
def tell_of_decision(
    *, kind: str, user_id: str, occurred_at: str, reason: str = "", **_: Any
) -> None:
    """Tell a recruiter what staff decided about the account."""
    accounts.tell_of_decision(
        kind=NotificationKind(kind),
        user_id=UUID(user_id),
        occurred_at=datetime.fromisoformat(occurred_at),
        reason=reason,
    )


@task(queue="celery")
def push_notification(*, notification_id: str, **_: Any) -> None:
    """Push one notification to its recipient's sockets, in their language, unless it is gone."""
    notification = selectors.find_notification_unscoped(UUID(notification_id))
    if notification is None:
        return
    recipient = notification.recipient
    for content in notification_frames([notification], language=recipient.language):
        push(recipient.pk, content)
