"""The embedded PostgreSQL: durable, started by anybody, and private."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from onetop_backend.local import postgres
from onetop_backend.local.postgres import Postgres
from onetop_backend.local.process import Process, stop_together

pytestmark = pytest.mark.slow


@pytest.fixture
def state() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="onetop-pg-"))
    yield folder / "state"
    shutil.rmtree(folder)


@contextmanager
def running(state: Path) -> Iterator[tuple[Postgres, Process]]:
    server = Postgres(state=state, log=state / "postgres.log", durable=True)
    process = server.start()
    server.wait_ready(process)
    try:
        yield server, process
    finally:
        assert stop_together([(server, process)], seconds=20) == []


def count(server: Postgres) -> int:
    with psycopg.connect(server.url) as connection:
        [(rows,)] = connection.execute("SELECT count(*) FROM kept").fetchall()
    return int(rows)


def fill(server: Postgres, rows: int) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, %s)", [rows])


def test_keeps_what_was_committed_when_it_is_killed(state):
    with running(state) as (server, process):
        fill(server, 10_000)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with running(state) as (server, _):
        assert count(server) == 10_000


def test_knows_vietnamese_letters_without_the_machine_s_help(state):
    with running(state) as (server, _), psycopg.connect(server.url) as connection:
        row = connection.execute("SELECT 'ĐỒNG NAI' ILIKE 'đồng%', lower('ƯỚC')").fetchone()
        assert row == (True, "ước")
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_lets_no_other_user_read_or_write(state):
    state.mkdir(mode=0o700)
    with running(state) as (server, _):
        for folder in (state.parent, state, server.data, state / "run"):
            assert folder.stat().st_mode & 0o066 == 0, folder


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_runs_as_nobody_where_there_are_no_user_namespaces_and_back(state, monkeypatch):
    namespace = postgres._NAMESPACE
    monkeypatch.setattr(postgres, "_NAMESPACE", ("/nonexistent",))
    with running(state) as (server, process):
        fill(server, 3)
        assert Path(f"/proc/{process.pid}").stat().st_uid == 65534
        # Nobody cannot pass the private folder above, so the data is elsewhere and the folder is as it was.
        assert state.parent.stat().st_mode & 0o777 == 0o700
        elsewhere = server.data.parent
        assert elsewhere != state
    shutil.rmtree(elsewhere)

    state.parent.chmod(0o755)
    with running(state) as (server, _):
        fill(server, 5)
        assert server.data == state / "postgres"
        assert server.data.stat().st_uid == 65534
    monkeypatch.setattr(postgres, "_NAMESPACE", namespace)
    with running(state) as (server, _):
        assert count(server) == 5
        assert server.data.stat().st_uid == 0
