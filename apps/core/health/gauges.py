"""What stands in the stores at this moment, asked when the metrics are read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q

from apps.core.health import checks
from apps.core.models.work import Work
from apps.core.work import broker


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """The outbox rows of one queue, by what they wait for."""

    waiting: int
    """Not due yet, or due and not taken."""
    due: int
    """Of those waiting, the ones that could be done now."""
    running: int
    retrying: int
    """Of those waiting, the ones that have failed before."""
    dead: int
    oldest_due_seconds: float
    """How long the longest waiting piece is overdue; 0 when none is."""


@dataclass(frozen=True, kw_only=True)
class Gauges:
    """The state of the parts that this process depends on."""

    up: Mapping[str, bool]
    outbox: Mapping[str, Backlog]
    """By queue; empty while the database is away."""
    messages: Mapping[str, int]
    """By queue; empty while the broker is away."""


def gauges(*, now: datetime) -> Gauges:
    """Return what is to be seen now; a store that does not answer in time is down, and tells nothing."""
    deadline = time.monotonic() + checks.TIME_LIMIT
    asked = {check: check.begin() for check in (checks.DATABASE, checks.REDIS)}
    up = {
        check.name: checks.passed(answer, within=deadline - time.monotonic())
        for check, answer in asked.items()
    }
    messages = {queue: broker.waiting(queue) for queue in settings.QUEUES}
    up["broker"] = None not in messages.values()
    return Gauges(
        up=up,
        outbox=backlogs(now=now) if up["database"] else {},
        messages={queue: number for queue, number in messages.items() if number is not None},
    )


def backlogs(*, now: datetime) -> dict[str, Backlog]:
    """Return what stands in the outbox, by queue; queues without rows are left out."""
    alive, held = Q(dead_at__isnull=True), Q(leased_until__gt=now)
    rows: Any = Work.objects.values("queue").annotate(
        waiting=Count("id", filter=alive & ~held),
        due=Count("id", filter=alive & ~held & Q(due_at__lte=now)),
        running=Count("id", filter=alive & held),
        retrying=Count("id", filter=alive & ~held & Q(attempts__gt=0)),
        dead=Count("id", filter=~alive),
        oldest=Min("due_at", filter=alive & ~held & Q(due_at__lte=now)),
    )
    found = {row["queue"]: row for row in rows.order_by("queue")}
    return {
        queue: Backlog(
            waiting=row["waiting"],
            due=row["due"],
            running=row["running"],
            retrying=row["retrying"],
            dead=row["dead"],
            oldest_due_seconds=(now - row["oldest"]).total_seconds() if row["oldest"] else 0.0,
        )
        for queue, row in found.items()
    }
