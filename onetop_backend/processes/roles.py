"""What each role of an installation runs. Settings are not read here, so that a role starts without delay."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

WEB_PORT = 8000
WS_PORT = 8001

QUEUES: dict[str, tuple[str, ...]] = {
    "worker": ("celery", "critical", "relay", "mail", "search", "maintenance"),
    "heavy": ("heavy_tasks",),
    "scrape": ("scrapers",),
}
"""Which worker consumes what; together they consume every queue."""

ROLES = ("web", "ws", *QUEUES, "beat", "migrate", "manage")

# Nothing but a network of containers reaches these ports.
_EVERYWHERE = "0.0.0.0"  # noqa: S104
_CONCURRENCY = {"worker": 2, "heavy": 1, "scrape": 1}


class UnknownRole(Exception):
    """There is no such role."""


def command_of(role: str, arguments: Sequence[str] = ()) -> list[str]:
    """Return what a role runs; arguments come last, where they override what stands here.

    :raises UnknownRole: there is no such role
    """
    if role == "web":
        command = _server("wsgi", "onetop_backend.wsgi:application", WEB_PORT, workers=2, threads=4)
    elif role == "ws":
        # Its HTTP is the handshake of sockets only.
        command = _server("asginl", "onetop_backend.asgi:application", WS_PORT, workers=1)
    elif role in QUEUES:
        command = _celery(
            "worker", "--hostname", f"{role}@%h", "--queues", ",".join(QUEUES[role]),
            "--pool", "prefork", "--concurrency", str(_CONCURRENCY[role]),
            "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO",
        )  # fmt: skip
    elif role == "beat":
        command = _celery("beat", "--pidfile=", "--schedule", str(schedule()))
    elif role == "migrate":
        command = [sys.executable, "manage.py", "migrate", "--no-input"]
    elif role == "manage":
        command = [sys.executable, "manage.py"]
    else:
        raise UnknownRole(role)
    return [*command, *arguments]


def schedule() -> Path:
    """Return where beat remembers what it started last, so that a restart misses nothing."""
    return Path(os.environ.get("ONETOP_STATE") or ".state") / "beat" / "schedule"


def _server(
    interface: str, application: str, port: int, *, workers: int, threads: int | None = None
) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", interface, "--host", _EVERYWHERE, "--port", str(port),
        "--workers", str(workers), *(("--blocking-threads", str(threads)) if threads else ()),
        "--respawn-failed-workers",
        # One that is still importing never hears that it should stop; the others end what they answer.
        "--workers-kill-timeout", "20s", "--no-access-log", application,
    ]  # fmt: skip


def _celery(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--app", "onetop_backend.celery", "--quiet", *arguments]
