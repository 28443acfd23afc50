"""A stack as `./run` starts it, with its durable stores, for these tests alone: its parts are going to be killed."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import psycopg
import pytest
import redis

from onetop_backend.tests.local.conftest import Stack, eventually, make_stack


class Platform:
    """A running stack, whose parts can be killed and whose database can be asked."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.url: str = stack.status()["url"].rstrip("/")

    def kill(self, name: str) -> None:
        """Kill a child as kill -9 does, and return when another runs in its place and requests are answered."""
        pid = self.children()[name]["pid"]
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: self.children()[name]["pid"] not in {pid, None})
        eventually(self.answers)

    def answers(self) -> bool:
        """Tell whether the platform says that it is ready."""
        try:
            with urlopen(f"{self.url}/health/ready/", timeout=5) as answer:  # noqa: S310 - our own address
                return bool(json.load(answer)["status"] == "ok")
        except (OSError, ValueError):
            return False

    def empty_redis(self) -> None:
        """Lose everything that the broker, the cache and the channel layer know."""
        redis.Redis(unix_socket_path=f"{self.stack.state}/run/valkey.sock").flushall()

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database."""
        address = f"host={self.stack.state}/run user=postgres dbname=onetop"
        with psycopg.connect(address) as connection:
            return connection.execute(sql, values).fetchall()

    def settle(self) -> None:
        """Return when all work is done; fail when some was given up."""
        left = eventually(lambda: self.ask("SELECT 1 WHERE NOT EXISTS (SELECT FROM core_work)"))
        assert left, self.ask("SELECT task, key, attempts, last_error FROM core_work")

    def environment(self) -> dict[str, str]:
        """Return what the stack's processes are told, for more of them."""
        told: dict[str, str] = json.loads((self.stack.state / "status.json").read_text())[
            "environment"
        ]
        return told

    def children(self) -> dict[str, dict[str, Any]]:
        """Return the children by name, as the supervisor tells them."""
        status = json.loads((self.stack.state / "status.json").read_text())
        return {child["name"]: child for child in status["children"]}


@pytest.fixture(scope="package")
def platform() -> Iterator[Platform]:
    """Give a running stack that lets a crowd register from one address."""
    stack = make_stack()
    stack.environment |= {"REGISTER_RATE": "unlimited", "LOGIN_ADDRESS_RATE": "unlimited"}
    try:
        started = stack.run("-d")
        assert started.returncode == 0, started.stdout + started.stderr
        yield Platform(stack)
    finally:
        stack.end()


def breathe(seconds: float = 2.0) -> None:
    """Let people work for a moment between two faults."""
    time.sleep(seconds)
