"""Stacks of our own: `./run` as a person starts it, with a state folder and a port that nobody else uses."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[3]
_PATIENCE = 120.0


def eventually(condition: Callable[[], Any], *, seconds: float = _PATIENCE) -> Any:
    """Return the first true thing that a condition gives; other processes bring it about."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found


def listen_to_signals() -> None:
    """Undo what a script that starts the tests in the background does to every process below it."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Stack:
    """One state folder and what is done with it."""

    def __init__(self, state: Path, port: int) -> None:
        self.root = ROOT
        self.state = state
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ONETOP_", "COV_", "PYTEST_"))
            and name not in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
        } | {"ONETOP_STATE": str(state), "ONETOP_PORT": str(port), "ONETOP_ENV_FILE": "none"}
        self.port = port
        self.output = state.with_suffix(".out")

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a verb to its end."""
        return subprocess.run(
            [self.root / "run", *arguments],
            check=False,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            timeout=240,
        )

    def start(self) -> subprocess.Popen[bytes]:
        """Start the stack in the foreground, as a terminal would, and do not wait for it."""
        with self.output.open("wb") as output:
            return subprocess.Popen(
                [self.root / "run"],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=listen_to_signals,  # noqa: PLW1509 - pytest runs no threads here
            )

    def start_ready(self) -> subprocess.Popen[bytes]:
        """Start the stack in the foreground and wait for its table."""
        process = self.start()
        eventually(lambda: self.is_ready() or process.poll() is not None)
        assert process.poll() is None, self.said()
        return process

    def said(self) -> str:
        """Return what the stack in the foreground printed so far."""
        return self.output.read_text() if self.output.exists() else ""

    def status(self) -> dict[str, Any]:
        """Return what `./run status --json` says."""
        status: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return status

    def is_ready(self) -> bool:
        """Return whether the stack has proven that it works."""
        return self.status()["state"] == "ready"

    def children(self) -> Mapping[str, dict[str, Any]]:
        """Return the children by name."""
        return {child["name"]: child for child in self.status()["children"]}

    def processes(self) -> list[str]:
        """Return every process that belongs to this state folder, whoever is its parent now."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
                    continue
                line = " ".join(process.cmdline())
                mine = process.environ().get("ONETOP_STATE") == str(self.state)
            except psutil.Error:
                continue
            if mine or str(self.state) in line:
                found.append(f"{process.pid} {line}")
        return found

    def end(self) -> None:
        """End whatever is left, for the sake of the next test."""
        self.run("stop")
        for line in self.processes():
            os.kill(int(line.split()[0]), signal.SIGKILL)
        shutil.rmtree(self.state, ignore_errors=True)
        self.output.unlink(missing_ok=True)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make_stack() -> Stack:
    """Return a stack that was never started; its folder is short enough for sockets."""
    return Stack(Path(tempfile.mkdtemp(prefix="onetop-stack-")), free_port())


@pytest.fixture(scope="module")
def migrated() -> Iterator[Stack]:
    """Give a stack that ran once, so that its database is ready; each test leaves it stopped."""
    stack = make_stack()
    try:
        assert stack.run("manage", "migrate", "--verbosity", "0").returncode == 0
        yield stack
    finally:
        stack.end()


@pytest.fixture
def stopped(migrated: Stack) -> Iterator[Stack]:
    """Give the stack, not running before and after."""
    assert migrated.processes() == []
    yield migrated
    migrated.run("stop")
    eventually(lambda: not migrated.processes())


@pytest.fixture
def bare() -> Iterator[Stack]:
    """Give a stack that was never started."""
    stack = make_stack()
    yield stack
    shutil.rmtree(stack.state, ignore_errors=True)
