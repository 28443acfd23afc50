"""``sentry_test`` against a server of ours that takes events, or does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from onetop_backend.tests.management.servers import SentryServer, serving

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def sentry() -> Iterator[SentryServer]:
    """Give a server that takes events."""
    with serving(SentryServer()) as server:
        yield server


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
    done = run(sentry.dsn, "--json")

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

    done = run(sentry.dsn)

    assert done.returncode == 1
    assert done.stdout == ""
    assert "CommandError: 127.0.0.1 did not take the event: status_403\n" in done.stderr


def test_refuses_without_an_address():
    done = run("")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "CommandError: SENTRY_DSN is empty: set it to the address that Sentry shows for the project.\n"
    )
