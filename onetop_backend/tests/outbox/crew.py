"""Real workers and a real beat on the database of the tests: as `./run` starts them, and killed as machines do it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import psutil
from celery import current_app
from django.db import connection

from onetop_backend.local.process import Process, kill_group, tail
from onetop_backend.local.programs import Program, platform

T = TypeVar("T")


class Crew:
    """One worker of two processes for every queue, and beat."""

    def __init__(self, state: Path, *, queues: tuple[str, ...], **variables: str) -> None:
        self.state = state
        url = urlsplit(os.environ["DATABASE_URL"])
        environment = os.environ | {
            "DATABASE_URL": urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}")),
            "ONETOP_STATE": str(state),
            **variables,
        }
        (state / "beat").mkdir(parents=True)
        (_, beat), (worker,) = platform(
            port=1, state=state, logs=state, environment=environment, workers={"fast": queues}
        )
        included = "onetop_backend.tests.outbox.poison"
        self._worker = replace(worker, command=(*worker.command, "--include", included))
        self._beat = beat
        self._running: list[Process] = []

    def start_worker(self) -> None:
        """Start the worker."""
        self._start(self._worker)

    def start_beat(self) -> None:
        """Start a beat."""
        self._start(self._beat)

    def processes(self) -> set[int]:
        """Return the worker's two processes, whoever they are by now."""
        try:
            return {child.pid for child in psutil.Process(self._running[0].pid).children()}
        except psutil.NoSuchProcess:
            return set()

    def kill_worker(self) -> None:
        """End the worker and its processes as a power cut does."""
        kill_group(self._running.pop(0))

    def said(self) -> str:
        """Return what the worker wrote last."""
        return tail(self._worker.log, 60)

    def stop(self) -> None:
        """End everything."""
        for process in self._running:
            kill_group(process)
        self._running.clear()

    def _start(self, program: Program) -> None:
        self._running.append(program.start())


@contextmanager
def crew(state: Path, *, queues: tuple[str, ...], **variables: str) -> Iterator[Crew]:
    """Give a crew that is not started, on an emptied broker; nothing of it is left."""
    broker().flushdb()
    hands = Crew(state, queues=queues, **variables)
    try:
        yield hands
    finally:
        hands.stop()
        broker().flushdb()


def broker() -> Any:
    """Return a client of the broker's database."""
    with current_app.connection_or_acquire() as connected:
        return connected.default_channel.client


def eventually(read: Callable[[], T], hands: Crew, *, seconds: float = 90) -> T:
    """Return the first true thing that ``read`` gives; the crew brings it about."""
    deadline = time.monotonic() + seconds
    while not (found := read()):
        assert time.monotonic() < deadline, f"it did not happen in time\n{hands.said()}"
        time.sleep(0.1)
    return found


def kill(pid: int) -> None:
    """Kill one process."""
    os.kill(pid, signal.SIGKILL)
