"""Sockets in production: an ASGI application that serves nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.utils import timezone

if TYPE_CHECKING:
    from apps.users.models import User

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetop_backend.settings")
if not settings.configured:
    os.environ.setdefault("DATABASE_POOL_SIZE", "4")
get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402 - needs Django set up

from apps.core.realtime.auth import SocketRouter, TicketAuth  # noqa: E402
from apps.users.selectors import account_signed_in_unscoped  # noqa: E402
from onetop_backend.checks import refuse_unsafe_start  # noqa: E402
from onetop_backend.routing import websocket_urlpatterns  # noqa: E402


def _account_behind(session_id: UUID) -> User | None:
    return account_signed_in_unscoped(session_id, now=timezone.now())


refuse_unsafe_start()
websocket = TicketAuth(SocketRouter(websocket_urlpatterns), find_account=_account_behind)
application = ProtocolTypeRouter({"websocket": websocket})
