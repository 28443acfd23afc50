"""A load over kept-alive connections, and what came of it.

A generator of our own rather than ``wrk``: it needs nothing installed, it takes turns over many addresses, and an
answer of another status than the expected one ends the measurement. It is faster than what it measures.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

CONNECTIONS = 8
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked\r\n", re.IGNORECASE)
_BODILESS = frozenset({204, 304})
_PATIENCE = 10.0


class UnexpectedAnswer(Exception):
    """The server answered something else than what is to be measured."""


@dataclass(frozen=True)
class Burst:
    """What one span of load was answered."""

    answered: int
    seconds: float
    latencies: Sequence[float]
    """In seconds, ascending."""

    @property
    def per_second(self) -> float:
        """Return the requests answered per second."""
        return self.answered / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency, in seconds, that this share of the requests did not exceed."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


def request(path: str, port: int, **headers: str) -> bytes:
    """Return a GET as bytes; names of headers are written with underscores."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def fetch(asked: bytes, port: int) -> tuple[int, bytes]:
    """Send one request and return the answer's status and head."""
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
        connection.sendall(asked)
        received = b""
        while (answer := _complete(received)) is None:
            if not (more := connection.recv(65_536)):
                raise UnexpectedAnswer("the server closed the connection")
            received += more
        return answer, received.partition(b"\r\n\r\n")[0]


def burst(
    requests: Sequence[bytes],
    *,
    port: int,
    expected: int,
    seconds: float,
    before_each_turn: Callable[[], object] | None = None,
) -> Burst:
    """Send requests in turn over several connections at once, each as soon as the one before is answered.

    ``before_each_turn`` is called so often that no address is asked for twice between two calls.

    :raises UnexpectedAnswer: an answer has another status, or the server closed a connection
    """
    # Half a turn: what is in flight when the call is made is asked for again only after the next call.
    turn = max(1, len(requests) // 2) if before_each_turn is not None else 0
    supply = _supply(requests, turn, before_each_turn)
    latencies: list[float] = []
    with selectors.DefaultSelector() as selector:
        lines = [_Line(port, selector) for _ in range(CONNECTIONS)]
        try:
            began = time.perf_counter()
            for line in lines:
                line.send(next(supply))
            busy = len(lines)
            while busy:
                ready = selector.select(_PATIENCE)
                if not ready:
                    raise UnexpectedAnswer(f"no answer within {_PATIENCE:.0f} s")
                for key, _ in ready:
                    line = key.data
                    status = line.receive()
                    if status is None:
                        continue
                    if status != expected:
                        raise UnexpectedAnswer(
                            f"{status} instead of {expected}: {line.received[:500]!r}"
                        )
                    now = time.perf_counter()
                    latencies.append(now - line.sent_at)
                    if now - began < seconds:
                        line.send(next(supply))
                    else:
                        busy -= 1
            ended = time.perf_counter()
        finally:
            for line in lines:
                line.close()
    return Burst(len(latencies), ended - began, sorted(latencies))


def _supply(
    requests: Sequence[bytes], turn: int, before_each_turn: Callable[[], object] | None
) -> Iterator[bytes]:
    for number, asked in enumerate(cycle(requests)):
        if before_each_turn is not None and number % turn == 0:
            before_each_turn()
        yield asked


class _Line:
    """One connection with at most one request under way."""

    def __init__(self, port: int, selector: selectors.BaseSelector) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = 0.0
        selector.register(self._socket, selectors.EVENT_READ, self)

    def send(self, asked: bytes) -> None:
        self.received = b""
        self.sent_at = time.perf_counter()
        self._socket.sendall(asked)

    def receive(self) -> int | None:
        """Read what is there; return the status once the answer is complete."""
        more = self._socket.recv(65_536)
        if not more:
            raise UnexpectedAnswer("the server closed the connection")
        self.received += more
        return _complete(self.received)

    def close(self) -> None:
        self._socket.close()


def _complete(received: bytes) -> int | None:
    """Return an answer's status once its last byte is there."""
    end = received.find(b"\r\n\r\n")
    status = _STATUS.match(received)
    if end < 0 or status is None:
        return None
    number = int(status[1])
    if _CHUNKED.search(received, 0, end + 2):
        return number if received.endswith(b"\r\n0\r\n\r\n") else None
    length = _LENGTH.search(received, 0, end + 2)
    body = 0 if number in _BODILESS or length is None else int(length[1])
    return number if len(received) >= end + 4 + body else None
