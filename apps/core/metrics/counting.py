"""Counting in memory: a microsecond or two in the request, and one round trip a second outside of any."""

from __future__ import annotations

import atexit
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

import structlog
from django.utils import timezone
from redis.exceptions import RedisError

from apps.core.metrics import store
from apps.core.metrics.store import Names

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, float("inf"))
"""Upper bounds of the histogram of answers, in seconds."""
SLOW_SECONDS = 5.0

_LABELS = tuple(map(str, BUCKETS))
# Clients may send any word as a method; each would be a series of its own.
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_PAUSE_SECONDS = 1.0
_IDLE_ROUNDS = 30

log = structlog.stdlib.get_logger("onetop.metrics")


class Tally:
    """What this process has counted and not yet handed on."""

    def __init__(self) -> None:
        self._numbers: dict[Names, int] = {}
        self._slow: list[Mapping[str, Any]] = []
        self._lock = threading.Lock()
        self._handing_on = threading.Lock()
        self._has_courier = False

    def add(self, *numbers: tuple[Names, int], slow: Mapping[str, Any] | None = None) -> None:
        """Add to the numbers, and see to it that they are handed on."""
        with self._lock:
            for names, number in numbers:
                self._numbers[names] = self._numbers.get(names, 0) + number
            if slow is not None:
                self._slow = [*self._slow[1 - store.KEPT_SLOW :], slow]
            needs_courier, self._has_courier = not self._has_courier, True
        if needs_courier:
            threading.Thread(target=self._carry, name="metrics", daemon=True).start()

    def flush(self) -> bool:
        """Hand on what there is and tell whether there was any; while Redis is away it is kept.

        It does not grow then: there are no more names than routes, codes and tasks.
        """
        with self._handing_on:
            with self._lock:
                numbers, self._numbers = self._numbers, {}
                slow, self._slow = self._slow, []
            if not numbers:
                return False
            try:
                store.add(numbers, slow)
            except RedisError as error:
                log.warning("metrics_kept", error=type(error).__name__)
                with self._lock:
                    for names, number in numbers.items():
                        self._numbers[names] = self._numbers.get(names, 0) + number
                    self._slow = [*slow, *self._slow][-store.KEPT_SLOW :]
            return True

    def _carry(self) -> None:
        """Hand on every second until nothing was counted for a while."""
        idle = 0
        while True:
            time.sleep(_PAUSE_SECONDS)
            idle = 0 if self.flush() else idle + 1
            with self._lock:
                if idle > _IDLE_ROUNDS and not self._numbers:
                    self._has_courier = False
                    return


_tally = Tally()


def _start_anew() -> None:
    """Count from nothing in a forked child: what the parent has counted is the parent's to hand on."""
    global _tally
    _tally = Tally()


os.register_at_fork(after_in_child=_start_anew)


def count(*names: str) -> None:
    """Count one occurrence."""
    _tally.add((names, 1))


def observe_request(
    *, method: str | None, route: str | None, status: int, seconds: float, request_id: str
) -> None:
    """Count an answer and how long it took; ``route`` is the pattern, None for what is not routed."""
    method = method if method in _METHODS else "OTHER"
    route = route if route is not None else "(none)"
    what = ("request", method, route, f"{status // 100}xx")
    slow = None
    if seconds > SLOW_SECONDS:
        slow = {
            "at": timezone.now(),
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000),
            "request_id": request_id,
        }
    _tally.add(
        ((*what, _LABELS[bisect_left(BUCKETS, seconds)]), 1),
        ((*what, "us"), int(seconds * 1_000_000)),
        slow=slow,
    )


def observe_task(*, task: str, queue: str, outcome: str, seconds: float) -> None:
    """Count one run of a task and how long it took."""
    what = ("task", queue, task, outcome)
    _tally.add(((*what, "n"), 1), ((*what, "us"), int(seconds * 1_000_000)))


def flush() -> None:
    """Hand on at once what this process has counted."""
    _tally.flush()


atexit.register(flush)
