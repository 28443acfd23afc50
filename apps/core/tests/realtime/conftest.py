from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from channels.layers import channel_layers
from django.urls import path

from apps.core import tickets
from apps.core.errors import Conflict, InvalidInput
from apps.core.realtime.auth import PURPOSE, SocketRouter, TicketAuth
from apps.core.realtime.consumer import RealtimeConsumer
from apps.core.realtime.frames import Frame, frame
from apps.core.tests.factories import Socket


@dataclass(frozen=True)
class Account:
    """Stands in for an account, and for the session that it came in with."""

    pk: UUID
    session: UUID = field(default_factory=uuid4)
    name: str = "somebody"


class LampStuck(Conflict):
    code = "lamp_stuck"
    title = "The lamp is stuck"


class LampConsumer(RealtimeConsumer):
    """Answers frames in every way that there is."""

    @frame("light")
    def light(self, received: Frame) -> Frame:
        """Answer with one frame, from a plain method."""
        return {"type": "lit", "by": self.user.pk, "watts": received.get("watts")}

    @frame("whoami")
    def whoami(self, received: Frame) -> Frame:
        """Answer with the account."""
        return {"type": "you", "name": self.user.name}

    @frame("blink")
    async def blink(self, received: Frame) -> list[Frame]:
        """Answer with several, from a coroutine."""
        return [{"type": "lit"}, {"type": "dark"}]

    @frame("whisper")
    def whisper(self, received: Frame) -> None:
        """Answer nothing."""

    @frame("jam")
    def jam(self, received: Frame) -> None:
        """Refuse."""
        raise LampStuck

    @frame("misread")
    async def misread(self, received: Frame) -> None:
        """Refuse the input."""
        raise InvalidInput.field("watts", "invalid", "Not a number.")

    @frame("break")
    def break_down(self, received: Frame) -> None:
        """Fail."""
        raise ZeroDivisionError("secret")


class QuietConsumer(RealtimeConsumer):
    """Knows no frame but the heartbeat."""


@pytest.fixture
def accounts():
    """Give the accounts that may act, by their sessions."""
    return {}


@pytest.fixture
def someone(accounts):
    """Give an account."""
    account = Account(uuid4())
    accounts[account.session] = account
    return account


@pytest.fixture
def application(accounts):
    """Give the ASGI application with everything in front of the consumers."""
    lamps: Any = LampConsumer.as_asgi()
    quiet: Any = QuietConsumer.as_asgi()
    routes = [path("ws/lamps/", lamps), path("ws/quiet/", quiet)]
    return TicketAuth(SocketRouter(routes), find_account=accounts.get)


@pytest.fixture
def dial(application):
    """Give ``dial(ticket)``: a handshake with that ticket, and maybe an origin, to a path."""

    def handshake(ticket=None, *, path="/ws/lamps/", origin=None, headers=()):
        query = "" if ticket is None else f"?ticket={ticket}"
        origins = [] if origin is None else [(b"origin", origin.encode())]
        return Socket(application, path + query, headers=[*origins, *headers])

    return handshake


@pytest.fixture
def ticket_of():
    """Give a fresh ticket of an account."""

    def issue(account):
        return tickets.issue(
            purpose=PURPOSE, subject=str(account.session), ttl=timedelta(seconds=10)
        )

    return issue


@pytest.fixture
async def connected(dial, ticket_of, someone):
    """Give an open socket of the account."""
    socket = dial(ticket_of(someone))
    assert await socket.connect()
    yield socket
    await socket.disconnect()


@pytest.fixture(autouse=True)
def _fresh_layer():
    """Forget the channel layer, whose connections belong to one event loop."""
    channel_layers.backends.clear()
