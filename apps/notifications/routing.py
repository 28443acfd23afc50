"""Socket paths of notifications; ``/ws/`` is the one socket for everything."""

from __future__ import annotations

from typing import Any

from django.urls import path

from apps.notifications.consumers import NotificationConsumer

# Typed as Django's paths want views; the router calls it as an ASGI application.
_notifications: Any = NotificationConsumer.as_asgi()

websocket_urlpatterns = [
    path("ws/", _notifications),
    path("ws/notifications/", _notifications),
]
