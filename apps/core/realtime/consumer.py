"""The base of all sockets: who is there, what they may send, and how mistakes are answered."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import structlog
from channels.generic.websocket import AsyncWebsocketConsumer

from apps.core import logs, metrics
from apps.core.errors import DomainError
from apps.core.realtime.frames import (
    BadFrame,
    Frame,
    decode,
    encode,
    error_frame,
    frame,
    reference,
)
from apps.core.realtime.push import group_of
from apps.core.realtime.rows import in_database

HEARTBEAT = "ping"
ACCOUNT_CLOSED = 4401
"""The close code of a socket whose person may no longer act as they came in (of the range left to applications)."""

log = structlog.stdlib.get_logger("onetop.socket")


class RealtimeConsumer(AsyncWebsocketConsumer):
    """One person's socket. Subclasses answer client frames with ``@frame`` methods; ``push`` reaches it.

    ``self.user`` is the account, read again before anything but a heartbeat: one that may no longer act, or not
    as it came in, gets nothing more, and its socket is closed. No frame of a client ends the connection: it is
    answered, with an error frame if need be, and the next one is read.
    """

    user: Any
    _handlers: ClassVar[Mapping[str, Callable[..., Any]]] = {}

    def __init_subclass__(cls) -> None:
        """Collect the frame handlers of the class and of its bases."""
        super().__init_subclass__()
        members = inspect.getmembers(cls, inspect.isfunction)
        cls._handlers = {
            member.frame_kind: member for _, member in members if hasattr(member, "frame_kind")
        }

    async def connect(self) -> None:
        """Join the person's group, then accept: what is pushed after the handshake arrives."""
        self.user = self.scope["user"]
        self._opened = time.monotonic()
        self._frames = 0
        self._group = group_of(self.user.pk)
        await self.channel_layer.group_add(self._group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave the group and write the connection's line."""
        await self.channel_layer.group_discard(self._group, self.channel_name)
        log.info(
            "socket",
            consumer=type(self).__name__,
            code=code,
            frames=self._frames,
            seconds=round(time.monotonic() - self._opened, 1),
        )

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer one frame of the client."""
        self._frames += 1
        try:
            received = decode(text_data)
        except BadFrame as bad:
            await self.send_frame(error_frame(bad.code))
            return
        for answer in await self._answers_to(received):
            await self.send_frame(answer)

    async def push(self, message: Mapping[str, Any]) -> None:
        """Take a frame that ``push`` sent to the person."""
        if await self.may_stay():
            await self.pushed(message["frame"])

    async def pushed(self, content: Frame) -> None:
        """Pass a frame on."""
        await self.send_frame(content)

    async def may_stay(self) -> bool:
        """Read the account again, and close the socket of one that may no longer act, or is signed out."""
        scope: Mapping[str, Any] = self.scope
        account = await scope["find_account"]()
        if account is None:
            await self.close(code=ACCOUNT_CLOSED)
            return False
        self.user = account
        return True

    async def send_frame(self, content: Frame) -> None:
        """Send one frame to the client."""
        await self.send(text_data=encode(content))

    @frame(HEARTBEAT)
    async def pong(self, received: Frame) -> Frame:
        """Answer a heartbeat."""
        ref = reference(received)
        return {"type": "pong"} if ref is None else {"type": "pong", "ref": ref}

    async def _answers_to(self, received: Frame) -> Iterable[Frame]:
        ref = reference(received)
        kind = received.get("type")
        handler = self._handlers.get(kind) if isinstance(kind, str) else None
        if handler is None:
            return [error_frame("unknown_frame", ref)]
        if kind != HEARTBEAT and not await self.may_stay():
            return []
        try:
            if inspect.iscoroutinefunction(handler):
                answer = await handler(self, received)
            else:
                answer = await in_database(handler)(self, received)
        except DomainError as error:
            metrics.count("problem", error.code)
            return [error_frame(error.code, ref)]
        except Exception as error:
            # A defect behind one frame must not cost the connection.
            log.exception("unhandled", frame=kind)
            logs.report(error)
            metrics.count("problem", "internal_error")
            return [error_frame("internal_error", ref)]
        if answer is None:
            return []
        return [answer] if isinstance(answer, dict) else answer
