"""A child that is kept running: restarted when it ends, but not for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from onetop_backend.local.process import Process, Service, tail

RESTARTS = 5
_FIRST_DELAY = 0.5
# Less than the shortest lease of a task: one that kills its worker at each attempt must not end the whole stack.
_HEALTHY_SECONDS = 20.0


class ChildState(StrEnum):
    """Where a child is between two starts."""

    STOPPED = "stopped"
    RUNNING = "running"
    WAITING = "waiting"


@dataclass
class Child:
    """One service, its present process and how often it had to be restarted."""

    service: Service
    process: Process | None = None
    state: ChildState = ChildState.STOPPED
    restarts: int = 0
    clock: Callable[[], float] = time.monotonic
    _failures: int = 0
    _since: float = 0.0
    _due: float = 0.0
    _log_began: int = 0

    @property
    def name(self) -> str:
        """Return the service's name."""
        return self.service.name

    @property
    def failures(self) -> int:
        """Return how many times in a row it ended without having been healthy for a while."""
        return self._failures

    def start(self) -> Process:
        """Start the service."""
        self._log_began = self.service.log.stat().st_size if self.service.log.exists() else 0
        self.process = self.service.start()
        self.state = ChildState.RUNNING
        self._since = self.clock()
        return self.process

    def describe(self) -> dict[str, Any]:
        """Return what `./run status` tells about it."""
        running = self.state is ChildState.RUNNING and self.process is not None
        return {
            "name": self.name,
            "pid": self.process.pid if self.process is not None and running else None,
            "state": str(self.state),
            "restarts": self.restarts,
            "failures": self._failures,
            "log": str(self.service.log),
        }

    def last_lines(self) -> str:
        """Return the end of what the present process wrote."""
        return tail(self.service.log, after=self._log_began)

    def has_ended(self) -> bool:
        """Return whether it ran and does not any more."""
        return (
            self.state is ChildState.RUNNING
            and self.process is not None
            and self.process.poll() is not None
        )

    def wait_to_restart(self) -> float | None:
        """Count an end and return the seconds until the next start; None when there were too many."""
        if self.clock() - self._since >= _HEALTHY_SECONDS:
            self._failures = 0
        self._failures += 1
        self.state = ChildState.STOPPED
        if self._failures > RESTARTS:
            return None
        delay = _FIRST_DELAY * float(2 ** (self._failures - 1))
        self.state = ChildState.WAITING
        self._due = self.clock() + delay
        self.restarts += 1
        return delay

    def due_in(self) -> float | None:
        """Return the seconds until it is to be started again; None when it is not waiting for that."""
        return self._due - self.clock() if self.state is ChildState.WAITING else None
