"""Web processes of production's kind, on the tests' stores."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from typing import Any

from django.db import connection


@contextmanager
def serving(**variables: str) -> Iterator[int]:
    """Give the port of two web processes with more variables in their environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    stored = connection.settings_dict
    database = (
        f"postgresql://{stored['USER']}:{stored['PASSWORD']}@/{stored['NAME']}"
        f"?host={stored['HOST']}&port={stored['PORT']}"
    )
    command = (
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "2", "--blocking-threads", "4", "--no-access-log", "onetop_backend.wsgi:application",
    )  # fmt: skip
    environment = {**os.environ, "DATABASE_URL": database, "LOG_LEVEL": "ERROR", **variables}
    process = subprocess.Popen(command, env=environment)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            status, _ = Browser(port).send("GET", "/health/live/")
        except OSError:
            time.sleep(0.1)
        else:
            assert status == 200
            return
    raise AssertionError(f"the server ended with {process.returncode}")


class Browser:
    """One kept-alive connection."""

    def __init__(self, port: int, token: str = "") -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._kept = False

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send a request and return the status and the JSON that answer it."""
        headers = self._headers | ({"Content-Type": "application/json"} if body else {})
        message = json.dumps(body) if body else None
        try:
            self._connection.request(method, path, message, headers)
            answer = self._connection.getresponse()
        except (RemoteDisconnected, ConnectionError):
            # A server may close a kept connection just when it is used again; browsers then read on a new one.
            if method != "GET" or not self._kept:
                raise
            self._connection.close()
            self._connection.request(method, path, message, headers)
            answer = self._connection.getresponse()
        self._kept = True
        text = answer.read()
        return answer.status, json.loads(text) if text else None
