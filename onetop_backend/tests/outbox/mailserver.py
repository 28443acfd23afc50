"""A mail server that keeps what it accepts, and tells somebody before it answers."""

from __future__ import annotations

import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from threading import Thread


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as a client needs."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.accepted: list[Message] = []
        self.on_acceptance: Callable[[], None] = lambda: None

    @property
    def port(self) -> int:
        """Return its port."""
        port: int = self.server_address[1]
        return port


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self._say("354 go on")
                self._accept()
            elif command == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _accept(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.accepted.append(message_from_bytes(b"".join(lines)))
        self.server.on_acceptance()
        self._say("250 accepted")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Give a running mail server."""
    with MailServer() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
