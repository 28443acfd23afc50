"""Readers' part: finding an answer, or becoming the one who makes it while the others wait."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
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
    guarded: str = ""
    """Collections that were looked at instead of what is shown, which only the query tells."""


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

    def keep(self, *, etag: str, body: bytes, seconds: float, shows: Names = ()) -> None:
        """Keep an answer whose queries ran after it was looked for, for at most so many seconds.

        ``shows`` is what they found it to show, where only they can tell.
        """
        flight, milliseconds = self._flight, int(seconds * 1000)
        if flight is None or milliseconds <= 0 or len(body) > LARGEST_ANSWER:
            return
        self._flight = None
        _try(
            "keep", release(), flight.entry, flight.about, flight.guarded, " ".join(shows), flight.stamp,
            etag, body, milliseconds, flight.id, MOST_ANSWERS, _token(),
        )  # fmt: skip

    def leave(self) -> None:
        """Let the others go if they wait for an answer that was not kept."""
        if self._flight is not None:
            _try("leave", self._flight.entry, self._flight.id, UNKEPT_MS)


@contextmanager
def find(entry: str, *, names: Names, about: str = "", held: str = "") -> Iterator[Found]:
    """Find the kept answer of an entry, wait for one that is being made, or take its making on.

    ``entry`` is a hexadecimal digest. ``names`` says what the answer shows. Where only its query can tell which
    members of collections those are, they are the collections, and ``about`` is a text for which the members are
    for ever the same. ``held`` is the reader's If-None-Match.
    """
    flight = _Flight(_token(), entry, about, " ".join(names))
    turn = _turns[int(entry[:2], 16)]
    mine = turn.acquire(blocking=False)
    try:
        found = _look(flight, held, lead=mine)
        if found is None and not mine:
            mine = turn.acquire(timeout=PATIENCE)
        if found is None:
            found = _wait_or_lead(flight, held)
        if mine and not found.is_wanted:
            turn.release()
            mine = False
        try:
            yield found
        finally:
            found.leave()
    finally:
        if mine:
            turn.release()


def _wait_or_lead(flight: _Flight, held: str) -> Found:
    deadline, pause = time.monotonic() + FLIGHT_MS / 1000, _FIRST_LOOK
    while time.monotonic() < deadline:
        found = _look(flight, held, lead=True)
        if found is not None:
            return found
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_LOOK)
    return Found()


def _look(flight: _Flight, held: str, *, lead: bool) -> Found | None:
    """Return what is to be done, or None when somebody is making the answer or has to."""
    try:
        verdict, *said = _ask(flight, held, lead=lead)
    except Away:
        return Found()
    match verdict:
        case b"hit" | b"same":
            return Found(said[0].decode(), said[1] if verdict == b"hit" else None)
        case b"lead":
            stamp, guarded = (text.decode() for text in said)
            return Found(flight=replace(flight, stamp=stamp, guarded=guarded))
        case b"pass":
            return Found()
    return None


def _ask(flight: _Flight, held: str, *, lead: bool) -> list[bytes]:
    said: list[bytes] = ask(
        "find", release(), flight.entry, flight.about, flight.names, held,
        flight.id if lead else "", FLIGHT_MS, _token(),
    )  # fmt: skip
    return said


def _token() -> str:
    """Return what was never a token before: one that came back would bring old bytes with it."""
    return os.urandom(8).hex()


def _try(script: str, *args: str | bytes | int) -> None:
    """Tell Redis something that it may miss: flights end by themselves, and what is not kept is made again."""
    try:
        ask(script, *args)
    except Away:
        return
