"""Sockets of notifications, against the real channel layer; only the server in front is left out."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from django.db import connections
from django.utils import timezone

from apps.core.realtime.auth import SocketRouter, TicketAuth
from apps.core.tests.factories import Socket
from apps.notifications.routing import websocket_urlpatterns
from apps.notifications.tests.sockets.calls import ticket_for
from apps.users.selectors import account_signed_in_unscoped


@pytest.fixture(autouse=True)
async def _fresh_connections():
    """Forget the channel layer, whose connections belong to one event loop, and the thread's database connection."""
    channel_layers.backends.clear()
    yield
    await sync_to_async(connections.close_all)()


@pytest.fixture
def dial():
    """Give ``await dial(person)``: a socket of theirs, about to be opened with a ticket of their own."""

    def find_account(session_id):
        return account_signed_in_unscoped(session_id, now=timezone.now())

    application = TicketAuth(SocketRouter(websocket_urlpatterns), find_account=find_account)

    async def socket(person, path="/ws/notifications/", *, ticket=None, session=None) -> Socket:
        return Socket(application, f"{path}?ticket={ticket or await ticket_for(person, session)}")

    return socket


@pytest.fixture
async def opened(dial):
    """Give ``await opened(person)``: an open socket of theirs."""
    sockets = []

    async def open_one(person, path="/ws/notifications/", *, session=None) -> Socket:
        socket = await dial(person, path, session=session)
        assert await socket.connect()
        sockets.append(socket)
        return socket

    yield open_one
    for socket in sockets:
        await socket.disconnect()
