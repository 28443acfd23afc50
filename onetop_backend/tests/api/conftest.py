"""A socket server of our own, and tickets for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

TICKET = "/api/v1/ws-ticket/"
SERVER = "sockets-under-test"
"""What the server calls itself to PostgreSQL."""


@pytest.fixture
def server(transactional_db: None) -> Iterator[str]:
    """Give the address of a granian of our own that serves sockets from the tests' stores."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    stored = connection.settings_dict
    environment = {
        **os.environ,
        "DATABASE_URL": (
            f"postgresql://{stored['USER']}:{stored['PASSWORD']}@/{stored['NAME']}"
            f"?host={stored['HOST']}&port={stored['PORT']}&application_name={SERVER}"
        ),
    }
    command = (
        sys.executable, "-m", "granian", "--interface", "asginl", "--host", "127.0.0.1",
        "--port", str(port), "onetop_backend.asgi:application",
    )  # fmt: skip
    process = subprocess.Popen(command, env=environment)
    try:
        wait_for(port, process)
        yield f"ws://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return once the server answers; fail when it ended instead."""
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the server ended with {process.returncode}")


@pytest.fixture
def tickets(api) -> Callable[..., str]:
    """Give ``tickets(person)``: a new ticket of theirs, over HTTP."""
    clients: dict[Any, Any] = {}

    def ticket(person: Any) -> str:
        if person.pk not in clients:
            clients[person.pk] = api(as_=person)
        text: str = clients[person.pk].post(TICKET).json()["ticket"]
        return text

    return ticket
