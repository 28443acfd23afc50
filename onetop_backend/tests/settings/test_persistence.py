"""Connections outlive the request that opened them: opening one costs more than most requests."""

from __future__ import annotations

import io

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, connections
from django.test import RequestFactory


def ask() -> int:
    """Ask for the places as a server's thread does, and return the PostgreSQL process that was asked."""
    seen: list[str] = []

    def start(status: str, *_: object) -> None:
        seen.append(status)

    # With a cookie nothing is answered from the cache.
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}=nobody"}
    request = RequestFactory().get("/api/v1/places/", headers=cookie)
    environ = {**request.environ, "wsgi.errors": io.StringIO()}
    answer = WSGIHandler()(environ, start)  # type: ignore[arg-type]
    b"".join(answer)
    answer.close()
    assert seen[0].startswith("200")
    assert connection.connection is not None
    return int(connection.connection.info.backend_pid)


@pytest.fixture
def one_connection(transactional_db):
    """Give a connection opened as a process opens its first, and close it again."""
    connection.close()
    yield connection
    connection.close()


def test_requests_of_a_thread_share_one(one_connection):
    assert one_connection.settings_dict["CONN_MAX_AGE"] == 300
    assert ask() == ask()


def test_one_that_broke_is_replaced_before_it_is_used(one_connection):
    first = ask()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
        assert cursor.fetchone() == (True,)
    other.close()

    assert ask() != first
