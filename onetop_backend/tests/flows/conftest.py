"""The whole platform as `./run` starts it: web, workers, relay and stores as real processes."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Stack:
    """A running stack and where it keeps its state."""

    url: str
    state: Path
    environment: Mapping[str, str]
    """What `./run` acts on this stack with."""

    @property
    def sockets(self) -> str:
        """Return the base address of its sockets."""
        return self.url.replace("http", "ws", 1)

    def mails_to(self, address: str) -> list[str]:
        """Return the mails that its mail folder holds for an address, as they would be sent."""
        mails = []
        for file in sorted((self.state / "mail").glob("*")):
            for mail in file.read_text(encoding="utf-8").split("-" * 79 + "\n"):
                if f"To: {address}" in mail:
                    mails.append(mail)
        return mails

    def logged(self) -> str:
        """Return everything that web, workers and beat have logged, on their streams and in files."""
        streams = [self.state / "logs" / f"{name}.log" for name in ("web", "fast", "heavy", "beat")]
        files = sorted((self.state / "kept").glob("*.log"))
        return "".join(file.read_text(encoding="utf-8") for file in (*streams, *files))


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """Start a stack of its own on a free port, and stop it when the journeys are done."""
    state = Path(tempfile.mkdtemp(prefix="onetop-flow-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ONETOP_", "COV_", "PYTEST_"))
        and name not in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
    }
    env |= {
        "ONETOP_STATE": str(state),
        "ONETOP_PORT": str(port),
        "LOG_DIR": str(state / "kept"),
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [str(ROOT / "run"), *arguments],
            check=False,
            env=env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    try:
        run("-d")
        status = json.loads(run("status", "--json"))
        yield Stack(url=status["url"].rstrip("/"), state=state, environment=env)
    finally:
        run("stop")
        shutil.rmtree(state, ignore_errors=True)
