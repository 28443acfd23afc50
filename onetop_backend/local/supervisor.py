"""The one parent of everything that `./run` starts."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onetop_backend.local import database, environment, table
from onetop_backend.local.answers import StoreUnusable
from onetop_backend.local.bell import Bell
from onetop_backend.local.catalogues import compile_catalogues
from onetop_backend.local.children import RESTARTS, Child, ChildState
from onetop_backend.local.folders import ROOT
from onetop_backend.local.lock import StateLock
from onetop_backend.local.process import (
    ChildFailed,
    Process,
    ending,
    kill_group,
    spawn,
    stop_together,
    tail,
)
from onetop_backend.local.programs import platform
from onetop_backend.local.status import StatusFile
from onetop_backend.local.stores import Stores
from onetop_backend.local.sweeper import Sweeper

_STARTING = "starting"
_STOP_SECONDS = 10
_PROOF_SECONDS = 90
_LARGEST_LOG = 5 * 1024 * 1024


class GaveUp(Exception):
    """The stack cannot go on; the text says why."""


class Supervisor:
    """Starts the stack in order, keeps it running, and stops it in order."""

    def __init__(self, *, state: Path, lock: StateLock, port: int) -> None:
        """Describe a stack; nothing is started."""
        self.state = state
        self.logs = state / "logs"
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._lock = lock
        self._status = StatusFile(state)
        self._bell = Bell()
        self._sweeper = Sweeper(patience=_STOP_SECONDS)
        self._began = time.monotonic()
        self._since = datetime.now(UTC).isoformat(timespec="seconds")  # noqa: TID251 - no Django here
        self._stage = _STARTING
        self._proof: dict[str, Any] = {}
        self._stores: list[Child] = []
        self._entrances: list[Child] = []
        self._workers: list[Child] = []
        self._environment: dict[str, str] = {}

    # --- the life of a stack ---------------------------------------------------------------------

    def start(self) -> str:
        """Start everything, prove that it works, and return the table for people.

        :raises GaveUp: something does not work; what was started still runs
        :raises StopRequested: somebody asked to stop
        """
        self._make_folders()
        stores = Stores(state=self.state, logs=self.logs)
        self._stores = [Child(service) for service in stores.embedded]
        for child in self._stores:
            self._run(child)
        self._environment = environment.environment(
            state=self.state,
            port=self.port,
            database_url=stores.database_url,
            redis_url=stores.redis_url,
        )
        os.environ.update(self._environment)
        self._write_status()
        queues = _queues()
        compile_catalogues()
        self._wait_for(self._stores)
        try:
            stores.reach_given()
            stores.claim()
        except StoreUnusable as problem:
            raise GaveUp(str(problem)) from None
        self._migrate(stores.database_url)
        entrances, workers = platform(
            port=self.port,
            state=self.state,
            logs=self.logs,
            environment=self._environment,
            workers=queues,
        )
        self._entrances = [Child(program) for program in entrances]
        self._workers = [Child(program) for program in workers]
        for child in (*self._entrances, *self._workers):
            self._run(child)
        self._prove()
        self._stage = "ready"
        self._write_status()
        seconds = time.monotonic() - self._began
        return table.render(
            url=self.url,
            state=self.state,
            seconds=seconds,
            proof=self._proof,
            stores=stores,
            workers=queues,
        )

    def watch(self) -> None:
        """Keep every child running until somebody asks to stop.

        :raises GaveUp: a child ended too often
        :raises StopRequested: always, in the end
        """
        while True:
            self._tend()
            due = [seconds for child in self._children if (seconds := child.due_in()) is not None]
            self._bell.pause(min(due, default=60.0))

    def stop(self) -> None:
        """Stop what brings work in, then what does it, then what keeps it."""
        self._stage = "stopping"
        with suppress(OSError):
            self._write_status()
        for group in (self._entrances, self._workers, self._stores):
            running = [
                (child.service, child.process) for child in group if child.process is not None
            ]
            late = stop_together(running, seconds=_STOP_SECONDS, pause=self._bell.rung)
            for name in late:
                say(f"{name} did not stop in time and was killed")
            for child in group:
                child.state = ChildState.STOPPED
                if child.process is not None:
                    self._sweeper.forget(child.process)
        self._sweeper.close()
        self._status.remove()
        self._lock.release()

    # --- steps -----------------------------------------------------------------------------------

    @property
    def _children(self) -> Sequence[Child]:
        return (*self._stores, *self._workers, *self._entrances)

    def _run(self, child: Child) -> None:
        self._sweeper.watch(child.start())

    def _wait_for(self, children: Sequence[Child]) -> None:
        for child in children:
            if child.process is None:
                continue
            try:
                child.service.wait_ready(child.process, self._bell.pause)
            except ChildFailed as problem:
                raise GaveUp(str(problem)) from None

    def _migrate(self, url: str) -> None:
        stamp = self.state / "migrated.json"
        if not database.is_migrated(database.schema_of(url), stamp):
            say("migrating the database")
            self._manage("migrate", "--no-input", "--verbosity", "0")
            if database.is_empty(url):
                say("loading the demo world")
                self._manage("seed_demo")
            database.remember(database.schema_of(url), stamp)

    def _manage(self, *arguments: str) -> None:
        log = self.logs / "manage.log"
        process = self._spawn_command(arguments, log)
        try:
            while process.poll() is None:
                self._bell.pause(0.2)
        finally:
            kill_group(process)
            self._sweeper.forget(process)
        if process.returncode != 0:
            raise GaveUp(f"manage.py {arguments[0]} {ending(process)}\n{tail(log)}")

    def _prove(self) -> None:
        """Let an outside command ask every part for an answer, and tend the children meanwhile."""
        log = self.logs / "check.log"
        log.unlink(missing_ok=True)
        command = ("check_stack", "--url", self.url, "--seconds", str(_PROOF_SECONDS), "--json")
        process = self._spawn_command(command, log)
        try:
            while process.poll() is None:
                self._tend()
                self._bell.pause(0.2)
        finally:
            kill_group(process)
            self._sweeper.forget(process)
        self._proof = _answer_in(log)
        if process.returncode != 0:
            checks = self._proof.get("checks", ())
            failed = [check for check in checks if check["state"] == "failed"]
            told = [f"  {check['name']}: {check['detail']}" for check in failed]
            raise GaveUp("\n".join(["the stack does not work:", *(told or [tail(log)])]))

    def _spawn_command(self, arguments: Sequence[str], log: Path) -> Process:
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        process = spawn(command, log=log, environment=self._environment)
        self._sweeper.watch(process)
        return process

    def _tend(self) -> None:
        """Bury children that ended, and start again those whose time has come."""
        for child in self._children:
            if child.has_ended():
                self._bury(child)
            elif (seconds := child.due_in()) is not None and seconds <= 0:
                self._run(child)
                say(f"{child.name} is running again")
                self._write_status()
                self._watch_over(child)

    def _watch_over(self, child: Child) -> None:
        """See a restarted store through its recovery; should it fail again, that is one more end."""
        if child.process is not None:
            with suppress(ChildFailed):
                child.service.wait_ready(child.process, self._bell.pause)

    def _bury(self, child: Child) -> None:
        if child.process is None:
            return
        # What a dead parent leaves would go on answering, or hold the files that the next one needs.
        kill_group(child.process)
        self._sweeper.forget(child.process)
        say(f"{child.name} (pid {child.process.pid}) {ending(child.process)}; its last lines:")
        for line in child.last_lines().splitlines():
            say(line, prefix="    ")
        if self._stage == _STARTING and child.process.returncode > 0:
            # It ended by itself, and would again: a mistake in the code or in a setting.
            raise GaveUp(f"{child.name} does not start; its log is {child.service.log}")
        delay = child.wait_to_restart()
        self._write_status()
        if delay is None:
            raise GaveUp(f"{child.name} ended {RESTARTS + 1} times; its log is {child.service.log}")
        say(f"{child.name} is started again in {delay:g} s ({child.failures} of {RESTARTS})")

    def _write_status(self) -> None:
        self._status.write(
            {
                "state": self._stage,
                "pid": os.getpid(),
                "url": self.url,
                "since": self._since,
                "children": [child.describe() for child in self._children],
                "backends": self._proof.get("backends", {}),
                "environment": self._environment,
            }
        )

    def _make_folders(self) -> None:
        for folder in (self.logs, self.state / "beat"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for log in self.logs.glob("*.log"):
            if log.stat().st_size > _LARGEST_LOG:
                log.replace(log.with_suffix(".log.1"))


def _queues() -> Mapping[str, Sequence[str]]:
    """Return the queues of every worker; settings are read while the stores start.

    :raises GaveUp: a variable cannot be used
    """
    try:
        from onetop_backend.settings.queues import WORKERS  # noqa: PLC0415
    except Exception as problem:
        raise GaveUp(f"the settings cannot be read: {problem}") from problem
    return WORKERS


def _answer_in(log: Path) -> dict[str, Any]:
    """Return the JSON object that a command wrote among its warnings; an empty one when it wrote none."""
    for line in reversed(tail(log).splitlines()):
        if line.startswith("{"):
            with suppress(ValueError):
                answer: dict[str, Any] = json.loads(line)
                return answer
    return {}


def say(text: str, *, prefix: str = "onetop: ") -> None:
    """Print a line about what the supervisor does, if anybody still reads it."""
    # A closed pipe or terminal must not keep the stack from being stopped in order.
    with suppress(OSError):
        print(f"{prefix}{text}", flush=True)
