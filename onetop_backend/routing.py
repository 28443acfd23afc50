"""Every socket path of the platform."""

from __future__ import annotations

from apps.notifications import routing as notifications

websocket_urlpatterns = [*notifications.websocket_urlpatterns]
