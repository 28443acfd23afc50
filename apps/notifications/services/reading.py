"""Marking one's own notifications as read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from apps.notifications import selectors
from apps.notifications.models import Notification

if TYPE_CHECKING:
    from apps.users.models import User


def mark_read(*, actor: User, notification_id: UUID, now: datetime) -> Notification:
    """Mark one notification as read; the first time stands.

    :raises NotificationNotFound: the actor has no such notification
    """
    unread = selectors.notifications_of(viewer=actor, unread_only=True).order_by()
    unread.filter(pk=notification_id).update(read_at=now, updated_at=now)
    return selectors.get_notification_for(viewer=actor, notification_id=notification_id)


def mark_all_read(*, actor: User, now: datetime) -> int:
    """Mark everything that the actor has not read, and return how much that was."""
    unread = selectors.notifications_of(viewer=actor, unread_only=True)
    return unread.order_by().update(read_at=now, updated_at=now)
