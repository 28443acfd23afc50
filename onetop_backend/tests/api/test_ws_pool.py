"""Sockets share few connections to the database, however many of them there are, and outlive its restart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import pytest
from django.db import connection
from websockets.sync.client import ClientConnection, connect

from onetop_backend.settings.stores import database
from onetop_backend.tests.api.conftest import SERVER

SOCKETS = 50
POOL = 4


def test_a_pool_takes_the_place_of_connections_that_threads_keep():
    kept, pooled = database("dbname=x"), database("dbname=x", pool_size=7)

    assert (kept["CONN_MAX_AGE"], "pool" in kept["OPTIONS"]) == (300, False)
    assert (pooled["CONN_MAX_AGE"], pooled["OPTIONS"]["pool"]["max_size"]) == (0, 7)
    assert kept["CONN_HEALTH_CHECKS"]
    assert pooled["CONN_HEALTH_CHECKS"]


@pytest.mark.slow
@pytest.mark.enable_socket
class TestServer:
    @pytest.fixture
    def sockets(self, server, tickets, candidate) -> Iterator[list[ClientConnection]]:
        """Give as many open sockets as many people would have."""
        with ExitStack() as stack:
            yield [
                stack.enter_context(connect(f"{server}/ws/?ticket={tickets(candidate)}"))
                for _ in range(SOCKETS)
            ]

    def test_few_connections_serve_all_sockets_again_and_again(self, sockets):
        backends = set()
        for _ in range(4):
            all_ask_at_once(sockets)
            backends |= connected()

        assert 2 <= len(backends) <= POOL

    def test_connections_that_the_database_ended_are_replaced(self, sockets):
        all_ask_at_once(sockets)
        before = connected()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE application_name = %s",
                [SERVER],
            )
            assert {ended for (ended,) in cursor.fetchall()} == {True}

        all_ask_at_once(sockets)

        after = connected()
        assert 1 <= len(after) <= POOL
        assert not before & after


def all_ask_at_once(sockets: list[ClientConnection]) -> None:
    """Have every socket ask what was missed at one moment, and be answered."""
    start = Barrier(len(sockets))

    def ask(opened: ClientConnection) -> str:
        start.wait(timeout=20)
        opened.send(json.dumps({"type": "resume", "after_id": None}))
        kind: str = json.loads(opened.recv(timeout=20))["type"]
        return kind

    with ThreadPoolExecutor(len(sockets)) as pool:
        assert list(pool.map(ask, sockets)) == ["resumed"] * len(sockets)


def connected() -> set[int]:
    """Return the PostgreSQL processes that serve the server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [SERVER])
        return {pid for (pid,) in cursor.fetchall()}
