"""``sentry_test`` against a server of ours that takes events, or does not."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


class _Sentry(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.bodies: list[bytes] = []
        self.status = 200


class _Taker(BaseHTTPRequestHandler):
    server: _Sentry

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(
            gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        )
        self.send_response(self.server.status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def sentry() -> Iterator[_Sentry]:
    """Give a server that takes events."""
    with _Sentry() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def run(dsn: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "sentry_test", *options],
        cwd=ROOT,
        env={**os.environ, "SENTRY_DSN": dsn},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_sends_one_event_and_names_it(sentry):
    done = run(f"http://public@127.0.0.1:{sentry.server_port}/1", "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    [event] = [
        json.loads(line)
        for body in sentry.bodies
        for line in body.splitlines()
        if b'"exception"' in line
    ]
    assert told == {"event_id": event["event_id"], "host": "127.0.0.1"}
    assert event["exception"]["values"][0]["type"] == "SentryTest"


def test_says_when_the_server_does_not_take_it(sentry):
    sentry.status = 403

    done = run(f"http://public@127.0.0.1:{sentry.server_port}/1")

    assert done.returncode == 1
    assert done.stdout == ""
    assert "CommandError: 127.0.0.1 did not take the event: status_403\n" in done.stderr


def test_refuses_without_an_address():
    done = run("")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "CommandError: SENTRY_DSN is empty: set it to the address that Sentry shows for the project.\n"
    )
