"""Sockets of notifications, against the real channel layer; only the server in front is left out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from django.db import connections

from apps.core import tickets
from apps.core.realtime.auth import PURPOSE, SocketRouter, TicketAuth
from apps.core.tests.factories import Socket
from apps.notifications.routing import websocket_urlpatterns
from apps.users.selectors import active_account


@pytest.fixture(autouse=True)
async def _fresh_connections():
    """Forget the channel layer, whose connections belong to one event loop, and the thread's database connection."""
    channel_layers.backends.clear()
    yield
    await sync_to_async(connections.close_all)()


@pytest.fixture
def dial():
    """Give ``dial(person)``: a socket of theirs, about to be opened with a ticket of their own."""
    application = TicketAuth(SocketRouter(websocket_urlpatterns), find_account=active_account)

    def socket(person, path="/ws/notifications/", *, ticket=None) -> Socket:
        ticket = ticket or tickets.issue(
            purpose=PURPOSE, subject=str(person.pk), ttl=timedelta(seconds=10)
        )
        return Socket(application, f"{path}?ticket={ticket}")

    return socket


@pytest.fixture
async def opened(dial):
    """Give ``await opened(person)``: an open socket of theirs."""
    sockets = []

    async def open_one(person, path="/ws/notifications/") -> Socket:
        socket = dial(person, path)
        assert await socket.connect()
        sockets.append(socket)
        return socket

    yield open_one
    for socket in sockets:
        await socket.disconnect()
