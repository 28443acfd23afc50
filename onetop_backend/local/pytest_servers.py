"""An early pytest plugin: the tests run on a real PostgreSQL and a real Valkey of their own.

Named with ``-p`` in pytest.ini, so that the servers' addresses are in the environment before Django reads its
settings. It also leaves out the slow tests unless they are asked for.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from onetop_backend.local.catalogues import compile_catalogues
from onetop_backend.local.postgres import Postgres
from onetop_backend.local.process import ChildFailed, Process, Service, stop_together
from onetop_backend.local.sweeper import Sweeper
from onetop_backend.local.valkey import Valkey

_PATIENCE = 5

_servers = pytest.StashKey["Servers"]()


class Servers:
    """The servers of one session in a folder of their own; nothing of them is left when it ends."""

    def __init__(self) -> None:
        """Make the folder and the process that will take it away."""
        self.folder = Path(tempfile.mkdtemp(prefix="onetop-tests-"))
        self._sweeper = Sweeper(patience=_PATIENCE, folder=self.folder)
        self._running: list[tuple[Service, Process]] = []

    def start(self, *services: Service) -> None:
        """Start servers side by side and return when all are ready.

        :raises ChildFailed: when one is not
        """
        started = []
        for service in services:
            process = service.start()
            self._sweeper.watch(process)
            started.append((service, process))
        self._running += started
        for service, process in started:
            service.wait_ready(process)

    def stop(self) -> None:
        """Stop the servers and wait until their folder is gone."""
        stop_together(self._running, seconds=_PATIENCE)
        for _, process in self._running:
            self._sweeper.forget(process)
        self._running.clear()
        self._sweeper.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the switches for tests that the default run leaves out, and for what tests write."""
    group = parser.getgroup("onetop")
    group.addoption("--slow", action="store_true", help="also run tests marked slow")
    group.addoption(
        "--nightly", action="store_true", help="run every test, those marked nightly included"
    )
    group.addoption(
        "--record", action="store_true", help="write the API's examples anew (test_examples.py)"
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, args: Sequence[str]
) -> Generator[None, object, object]:
    """Start the servers before any other plugin, Django's above all, looks at the environment."""
    known = early_config.known_args_namespace
    if not (known.help or known.version or "PYTEST_XDIST_WORKER" in os.environ):
        try:
            _prepare(early_config)
        except ChildFailed as problem:
            raise pytest.UsageError(str(problem)) from None
    return (yield)


def _prepare(config: pytest.Config) -> None:
    compile_catalogues()
    session = Servers()
    config.stash[_servers] = session
    config.add_cleanup(session.stop)
    state = session.folder / "state"
    logs = session.folder / "logs"
    os.environ["ONETOP_STATE"] = str(state)
    os.environ["ONETOP_TESTING"] = "on"
    os.environ["ONETOP_ENV_FILE"] = "none"
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    wanted: list[Service] = []
    if not os.environ.get("REDIS_URL"):
        valkey = Valkey(state=session.folder, log=logs / "valkey.log", durable=False)
        wanted.append(valkey)
        os.environ["REDIS_URL"] = valkey.url
    if not os.environ.get("DATABASE_URL"):
        postgres = Postgres(state=session.folder, log=logs / "postgres.log", durable=False)
        wanted.append(postgres)
        os.environ["DATABASE_URL"] = postgres.url
    session.start(*wanted)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes long unless it was asked for."""
    left_out = set()
    if not config.option.nightly:
        left_out.add("nightly")
        if not config.option.slow:
            left_out.add("slow")
    dropped = [item for item in items if any(item.get_closest_marker(name) for name in left_out)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in dropped]
