"""Sockets in production: an ASGI application that serves nothing else."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetop_backend.settings")
get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402 - needs Django set up

from apps.core.realtime.auth import SocketRouter, TicketAuth  # noqa: E402
from apps.users.selectors import active_account  # noqa: E402
from onetop_backend.checks import refuse_unsafe_start  # noqa: E402
from onetop_backend.routing import websocket_urlpatterns  # noqa: E402

refuse_unsafe_start()
websocket = TicketAuth(SocketRouter(websocket_urlpatterns), find_account=active_account)
application = ProtocolTypeRouter({"websocket": websocket})
