"""The programs of the platform, as `./run` starts them: one web process, the workers, the clock."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onetop_backend.local.process import Pause, Process, StopSteps, spawn

# A worker that does not finish what it does is asked to put it back, so that another takes it up.
_WORKER_STOP = ((0.0, signal.SIGTERM), (7.0, signal.SIGQUIT))
# The threads of the web process for HTTP; each keeps a connection to the database.
WEB_THREADS = 10
_CONCURRENCY = {"fast": 2, "heavy": 1}


@dataclass(frozen=True)
class Program:
    """A program of ours: it is ready when the stack's proof says so."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    connections: int = 1
    """The most connections to the database that all of its processes keep."""
    stop_steps: StopSteps = ((0.0, signal.SIGTERM),)

    def start(self) -> Process:
        """Start the process."""
        return spawn(self.command, log=self.log, environment=self.environment)

    def wait_ready(self, process: Process, pause: Pause = time.sleep) -> None:
        """Return at once."""


def platform(
    *,
    port: int,
    state: Path,
    logs: Path,
    environment: Mapping[str, str],
    workers: Mapping[str, Sequence[str]],
) -> tuple[list[Program], list[Program]]:
    """Return what brings work in (web, beat), and the workers that do it."""

    def program(name: str, *arguments: str, **options: Any) -> Program:
        command = (sys.executable, "-m", *arguments)
        return Program(name, command, logs / f"{name}.log", environment, **options)

    pool = int(environment.get("DATABASE_POOL_SIZE") or 0)
    celery = ("celery", "--app", "onetop_backend.celery", "--quiet")
    web = program(
        "web", "granian", "--interface", "asginl", "--host", "127.0.0.1", "--port", str(port),
        # A worker process that is still importing never hears SIGTERM.
        "--workers-kill-timeout", "5s", "onetop_backend.local.asgi:application",
        # Sockets take turns in one thread more.
        connections=pool or WEB_THREADS + 1,
    )  # fmt: skip
    beat = program(
        "beat", *celery, "beat", "--pidfile=", "--schedule", str(state / "beat" / "schedule")
    )
    crew = [
        program(
            name, *celery, "worker", "--hostname", f"{name}@local", "--queues", ",".join(queues),
            "--pool", "prefork", "--concurrency", str(_CONCURRENCY.get(name, 1)),
            "--without-gossip", "--without-mingle", "--without-heartbeat",
            "--loglevel", "INFO",
            stop_steps=_WORKER_STOP,
            # The process that the others are forked from keeps one as well.
            connections=_CONCURRENCY.get(name, 1) + 1,
        )
        for name, queues in workers.items()
    ]  # fmt: skip
    return [web, beat], crew
