"""The platform as production runs it, started for one measurement in a folder of its own."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil

from onetop_backend.local.catalogues import compile_catalogues
from onetop_backend.local.environment import free_port
from onetop_backend.local.folders import ROOT
from onetop_backend.local.postgres import Postgres
from onetop_backend.local.process import Process, Service, stop_together, wait_until
from onetop_backend.local.programs import Program
from onetop_backend.local.sweeper import Sweeper
from onetop_backend.local.valkey import Valkey

_PATIENCE = 5
_FIRST_PORT = 18_000
# Other stacks, tests and shells of this machine must not reach into the measurement.
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


class Cores:
    """The core that the measured process has to itself, and those of everything else."""

    def __init__(self) -> None:
        """Divide the cores that this process may use."""
        usable = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        self.pinned = len(usable) > 1
        self._all = set(usable)
        self._measured = {usable[0]} if self.pinned else self._all
        self._others = self._all - self._measured if self.pinned else self._all

    def measured(self) -> None:
        """Put this process, and so what it starts now, onto the measured core."""
        self._move(self._measured)

    def others(self) -> None:
        """Put this process onto the other cores."""
        self._move(self._others)

    def _move(self, cores: set[int]) -> None:
        if self.pinned:
            os.sched_setaffinity(0, cores)


class WebServer:
    """One production web server with one worker process."""

    def __init__(self, port: int, process: Process) -> None:
        """Know where it listens and which process leads it."""
        self.port = port
        self._process = process

    def cpu_seconds(self) -> float:
        """Return the CPU that it has used so far, user and system, in the main process and its worker."""
        main = psutil.Process(self._process.pid)
        times = [process.cpu_times() for process in (main, *main.children(recursive=True))]
        return sum(time.user + time.system for time in times)


class Servers:
    """An embedded PostgreSQL and Valkey, not durable, and web servers; nothing is left when it is closed."""

    def __init__(self) -> None:
        """Start the stores and migrate."""
        self.cores = Cores()
        self.cores.others()
        self.folder = Path(tempfile.mkdtemp(prefix="onetop-bench-"))
        self._sweeper = Sweeper(patience=_PATIENCE, folder=self.folder)
        self._running: list[tuple[Service, Process]] = []
        self._logs = self.folder / "logs"
        valkey = Valkey(state=self.folder, log=self._logs / "valkey.log", durable=False)
        postgres = Postgres(state=self.folder, log=self._logs / "postgres.log", durable=False)
        self.redis_url = valkey.url
        self.environment = self._production(database_url=postgres.url)
        try:
            compile_catalogues()
            for service, process in [
                (service, self._start(service)) for service in (valkey, postgres)
            ]:
                service.wait_ready(process)
            self.run(str(ROOT / "manage.py"), "migrate", "--verbosity", "0")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Return the servers."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything."""
        self.close()

    def run(self, *arguments: str) -> str:
        """Run Python in the platform's environment and return what it printed.

        :raises subprocess.CalledProcessError: it failed; its errors were printed
        """
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def build_world(self) -> list[str]:
        """Write the postings and return their ids."""
        ids: list[str] = json.loads(self.run("-m", "benchmarks.rig.world"))
        return ids

    def start_web(
        self, name: str, application: str = "onetop_backend.wsgi:application"
    ) -> WebServer:
        """Start a server as production does, on the measured core."""
        port = free_port(_FIRST_PORT)
        command = self._granian(port, application)
        program = Program(name, command, self._logs / f"{name}.log", self.environment)
        self.cores.measured()
        process = self._start(program)
        self.cores.others()
        wait_until(
            lambda: _answers(port), process=process, service=name, log=program.log, seconds=60
        )
        return WebServer(port, process)

    def close(self) -> None:
        """Stop everything and remove the folder."""
        stop_together(self._running, seconds=_PATIENCE)
        for _, process in self._running:
            self._sweeper.forget(process)
        self._running.clear()
        self._sweeper.close()

    def _start(self, service: Service) -> Process:
        process = service.start()
        self._sweeper.watch(process)
        self._running.append((service, process))
        return process

    def _granian(self, port: int, application: str) -> Sequence[str]:
        return (
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
            "--workers", "1", "--blocking-threads", "2", "--no-access-log", "--workers-kill-timeout", "5s",
            application,
        )  # fmt: skip

    def _production(self, *, database_url: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "onetop_backend.settings",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ALLOWED_HOSTS": "api.example.vn,127.0.0.1",
            "DATABASE_URL": database_url,
            "REDIS_URL": self.redis_url,
            "ONETOP_STATE": str(self.folder),
            "FRONTEND_URL": "https://jobs.example.vn",
            "CSRF_TRUSTED_ORIGINS": "https://jobs.example.vn",
            "CORS_ALLOWED_ORIGINS": "https://jobs.example.vn",
            # Nothing stands in front that ends TLS.
            "SECURE_SSL_REDIRECT": "off",
            "EMAIL_HOST": "mail.example.vn",
        }


def describe_machine(cores: Cores) -> Mapping[str, Any]:
    """Return what a reader must know of the machine to judge the figures."""
    return {
        "cores": os.cpu_count(),
        "pinned": cores.pinned,
        "load": round(os.getloadavg()[0], 1),
        "python": sys.version.split()[0],
    }


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/live/", timeout=5) as answer:
            return bool(answer.status == 200)
    except HTTPError:
        raise
    except OSError:
        return False
