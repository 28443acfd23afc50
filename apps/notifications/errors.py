"""Refusals of the notification centre."""

from __future__ import annotations

from apps.core.errors import NotFound
from apps.core.errors import mark as _


class NotificationNotFound(NotFound):
    """There is no such notification, or it is somebody else's."""

    code = "notification_not_found"
    title = _("Notification not found")
