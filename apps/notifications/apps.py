"""Notifications as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """What people are told: in the application, over the socket and by mail."""

    name = "apps.notifications"
    label = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """Subscribe to what the other apps publish."""
        from apps.notifications import handlers  # noqa: F401, PLC0415 - subscribing is its effect
