"""Readers' part: finding an answer, or becoming the one who makes it while the others wait."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock

from apps.core.cache.release import release
from apps.core.cache.store import Away, ask

FLIGHT_MS = 2_000
"""How long others wait for a process that may have died."""
UNKEPT_MS = 1_000
"""How long nobody waits for an entry that could not be kept, such as a refusal."""
PATIENCE = 10.0
"""Seconds that a thread waits for another of its own process."""
MOST_ANSWERS = 5_000
LARGEST_ANSWER = 256 * 1024
_FIRST_LOOK, _LONGEST_LOOK = 0.004, 0.05

Names = Sequence[str]
Resolve = Callable[[], Names | None]

# One thread of a process asks for all of them. Entries that share a lock wait for each other, but only while cold.
_turns = tuple(Lock() for _ in range(256))


@dataclass(frozen=True, slots=True)
class _Flight:
    """The right to make an answer while others wait for it."""

    id: str
    entry: str
    about: str
    names: str
    stamp: str = ""


class Found:
    """What was found: an answer, nothing, or nothing and the right to keep what is made now.

    ``etag`` is None when there is nothing; ``body`` is None when the reader has it already.
    """

    def __init__(
        self, etag: str | None = None, body: bytes | None = None, flight: _Flight | None = None
    ) -> None:
        self.etag, self.body = etag, body
        self._flight = flight

    @property
    def is_wanted(self) -> bool:
        """Tell whether an answer would be kept."""
        return self._flight is not None

    def keep(self, *, etag: str, body: bytes, seconds: float) -> None:
        """Keep an answer whose queries ran after it was looked for, for at most so many seconds."""
        flight, milliseconds = self._flight, int(seconds * 1000)
        if flight is None or milliseconds <= 0 or len(body) > LARGEST_ANSWER:
            return
        self._flight = None
        _try(
            "keep", release(), flight.entry, flight.about, flight.names, flight.stamp,
            etag, body, milliseconds, flight.id, MOST_ANSWERS,
        )  # fmt: skip

    def leave(self) -> None:
        """Let the others go if they wait for an answer that was not kept."""
        if self._flight is not None:
            _try("leave", self._flight.entry, self._flight.id, UNKEPT_MS)


@contextmanager
def find(
    entry: str,
    *,
    names: Names = (),
    about: str = "",
    resolve: Resolve | None = None,
    held: str = "",
) -> Iterator[Found]:
    """Find the kept answer of an entry, wait for one that is being made, or take its making on.

    ``entry`` is a hexadecimal digest. ``names`` says what the answer shows. Where only a query can tell, ``about``
    is a text for which it is always the same, and ``resolve`` the query; it returns None when there is nothing to
    show. ``held`` is the reader's If-None-Match.
    """
    flight = _Flight(_token(), entry, about, " ".join(names))
    found = _peek(flight, held)
    if found is None:
        with _turn(entry):
            found = _wait_or_lead(flight, held, resolve)
            if found.is_wanted:
                try:
                    yield found
                finally:
                    found.leave()
                return
    yield found


def _peek(flight: _Flight, held: str) -> Found | None:
    """Return what is there, or None when somebody has to make it."""
    try:
        verdict, *said = _ask(flight, held, lead=False)
    except Away:
        return Found()
    return _hit(verdict, said) if verdict in {b"hit", b"same"} else None


def _wait_or_lead(flight: _Flight, held: str, resolve: Resolve | None) -> Found:
    deadline, pause = time.monotonic() + FLIGHT_MS / 1000, _FIRST_LOOK
    try:
        while True:
            verdict, *said = _ask(flight, held, lead=True)
            if verdict in {b"hit", b"same"}:
                return _hit(verdict, said)
            if verdict == b"lead":
                flight = replace(flight, stamp=said[0].decode())
                return _resolved(flight, resolve) if resolve else Found(flight=flight)
            if verdict == b"pass" or time.monotonic() > deadline:
                return Found()
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_LOOK)
    except Away:
        return Found()


def _resolved(flight: _Flight, resolve: Resolve) -> Found:
    """Return the flight with what its answer shows, which Redis does not remember yet or any more."""
    if flight.stamp:
        return Found(flight=flight)
    shown = resolve()
    if shown is None:
        Found(flight=flight).leave()
        return Found()
    names = " ".join(shown)
    # The stamp comes before the query that makes the answer, as always.
    stamp = ask("stamp", names, _token()).decode()
    return Found(flight=replace(flight, names=names, stamp=stamp))


def _ask(flight: _Flight, held: str, *, lead: bool) -> list[bytes]:
    said: list[bytes] = ask(
        "find", release(), flight.entry, flight.about, flight.names, held,
        flight.id if lead else "", FLIGHT_MS, _token(),
    )  # fmt: skip
    return said


def _hit(verdict: bytes, said: Sequence[bytes]) -> Found:
    return Found(said[0].decode(), said[1] if verdict == b"hit" else None)


@contextmanager
def _turn(entry: str) -> Iterator[None]:
    turn = _turns[int(entry[:2], 16)]
    mine = turn.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if mine:
            turn.release()


def _token() -> str:
    """Return what was never a token before: one that came back would bring old bytes with it."""
    return os.urandom(8).hex()


def _try(script: str, *args: str | bytes | int) -> None:
    """Tell Redis something that it may miss: flights end by themselves, and what is not kept is made again."""
    try:
        ask(script, *args)
    except Away:
        return
