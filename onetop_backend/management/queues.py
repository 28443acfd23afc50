"""Each queue as it is now: messages, rows and the workers that consume it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from apps.core.health.gauges import backlogs
from apps.core.work import broker
from onetop_backend.celery import app

_ANSWER_SECONDS = 1


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One queue; ``messages`` is None while the broker is away."""

    name: str
    declared: bool
    messages: int | None
    """In the broker, not taken by a worker."""
    due: int
    """Rows that could be done now."""
    later: int
    """Rows that are not due yet."""
    leased: int
    """Rows that a worker holds."""
    dead: int
    """Rows that were given up."""
    oldest_due_seconds: float
    workers: Sequence[str]

    @property
    def problem(self) -> str:
        """What keeps this queue's work from being done; empty when nothing does."""
        if self.messages is None:
            return "the broker is away"
        if not self.declared:
            return "not a declared queue"
        return "" if self.workers else "no worker"


def consumers() -> dict[str, list[str]]:
    """Return the workers that consume each queue, as they say themselves within a second.

    :raises OperationalError: the broker is away
    """
    found: dict[str, list[str]] = {}
    for worker, queues in sorted(_asked_workers("active_queues").items()):
        for queue in queues:
            found.setdefault(queue["name"], []).append(worker)
    return found


def busy_workers() -> set[str]:
    """Return the workers that have a task at this moment.

    :raises OperationalError: the broker is away
    """
    return {worker for worker, tasks in _asked_workers("active").items() if tasks}


def _asked_workers(question: str) -> dict[str, list[dict[str, Any]]]:
    # On a connection of its own: one of the pool that waited for answers gives them to whoever asks it next.
    with app.connection_for_write() as link:
        link.ensure_connection(max_retries=1, timeout=_ANSWER_SECONDS)
        inspect = app.control.inspect(timeout=_ANSWER_SECONDS, connection=link)
        return getattr(inspect, question)() or {}


def queues(*, now: datetime) -> list[Queue]:
    """Return every declared queue, and whatever else has rows or workers.

    :raises django.db.Error: the database is away
    """
    rows = backlogs(now=now)
    try:
        workers = consumers()
    except (OperationalError, RedisError, OSError):
        workers = {}
    declared = list(settings.QUEUES)
    strange = sorted((rows.keys() | workers.keys()) - set(declared))
    return [
        Queue(
            name=name,
            declared=name in declared,
            messages=broker.waiting(name),
            due=row.due if (row := rows.get(name)) else 0,
            later=row.waiting - row.due if row else 0,
            leased=row.running if row else 0,
            dead=row.dead if row else 0,
            oldest_due_seconds=round(row.oldest_due_seconds, 1) if row else 0.0,
            workers=workers.get(name, ()),
        )
        for name in (*declared, *strange)
    ]
