"""What tests of any app need of the kernel: the client's side of a socket, without a server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from asgiref.testing import ApplicationCommunicator

_PATIENCE = 5.0


class Socket(ApplicationCommunicator):
    """A client of an ASGI application: connects, sends frames and waits for those that come."""

    def __init__(
        self, application: Any, address: str, *, headers: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        """Prepare a handshake with a path and its query."""
        parts = urlsplit(address)
        scope = {
            "type": "websocket",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "headers": list(headers),
            "subprotocols": [],
        }
        super().__init__(application, scope)

    async def connect(self) -> bool:
        """Open the socket; return whether the handshake was accepted."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(_PATIENCE)
        accepted = answer["type"] == "websocket.accept"
        if not accepted:
            await self.disconnect()
        return accepted

    async def send(self, content: dict[str, Any] | str | bytes) -> None:
        """Send a frame; text and bytes go as they are."""
        if isinstance(content, bytes):
            message: dict[str, Any] = {"bytes": content}
        else:
            message = {"text": content if isinstance(content, str) else json.dumps(content)}
        await self.send_input({"type": "websocket.receive", **message})

    async def receive(self) -> Any:
        """Return the next frame that comes."""
        answer = await self.receive_output(_PATIENCE)
        assert answer["type"] == "websocket.send", answer
        return json.loads(answer["text"])

    async def ask(self, content: dict[str, Any] | str | bytes) -> Any:
        """Send a frame and return the next one that comes."""
        await self.send(content)
        return await self.receive()

    async def disconnect(self) -> None:
        """Hang up and wait until the application is done."""
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(_PATIENCE)
