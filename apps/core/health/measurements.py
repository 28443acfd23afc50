"""The metrics for staff: what was asked for, what was refused, what was slow; and beginning anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from redis.exceptions import RedisError

from apps.core import audit, metrics
from apps.core.errors import Forbidden, ServiceUnavailable
from apps.core.errors import mark as _

if TYPE_CHECKING:
    from apps.users.models import User


class MetricsUnavailable(ServiceUnavailable):
    """Redis, which keeps the counts, is away."""

    code = "metrics_unavailable"
    title = _("The metrics cannot be read right now")


@dataclass(frozen=True, kw_only=True)
class RouteCounts:
    """What one route was asked, and how it answered."""

    method: str
    route: str
    requests: int = 0
    client_errors: int = 0
    server_errors: int = 0
    slow: int = 0
    """Answers that took more than five seconds."""
    mean_ms: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Measurements:
    """Everything that was counted since a moment."""

    since: datetime | None
    routes: Sequence[RouteCounts]
    """Those asked most come first."""
    problems: Mapping[str, int]
    """Refusals and defects, by their code."""
    slow_requests: Sequence[Mapping[str, Any]]
    """The latest first."""


def measurements(*, viewer: User) -> Measurements:
    """Return what all processes have counted; for staff.

    :raises Forbidden: the viewer is not staff
    :raises MetricsUnavailable: Redis is away
    """
    _require_staff(viewer)
    counts = counted()
    if counts is None:
        raise MetricsUnavailable
    return Measurements(
        since=counts.since,
        routes=_routes(counts),
        problems={names[0]: number for names, number in sorted(counts.of("problem").items())},
        slow_requests=counts.slow,
    )


@transaction.atomic
def reset_measurements(*, actor: User, now: datetime) -> None:
    """Begin counting from 0, in all processes and for Prometheus too.

    :raises Forbidden: the actor is not staff
    :raises MetricsUnavailable: Redis is away
    """
    _require_staff(actor)
    audit.record(actor, "reset_metrics", actor)
    metrics.flush()
    try:
        metrics.erase()
    except RedisError as error:
        raise MetricsUnavailable from error


def counted() -> metrics.Counts | None:
    """Return the counts with this process' latest, or None while Redis is away."""
    metrics.flush()
    try:
        return metrics.read()
    except RedisError:
        return None


def _require_staff(person: User) -> None:
    if not person.is_staff:
        raise Forbidden


def _routes(counts: metrics.Counts) -> list[RouteCounts]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    for (method, route, status, unit), number in counts.of("request").items():
        sums = found.setdefault((method, route), {})
        names = ["us"] if unit == "us" else ["n", status, *(["slow"] if unit == "inf" else [])]
        for name in names:
            sums[name] = sums.get(name, 0) + number
    routes = [
        RouteCounts(
            method=method,
            route=route,
            requests=sums["n"],
            client_errors=sums.get("4xx", 0),
            server_errors=sums.get("5xx", 0),
            slow=sums.get("slow", 0),
            mean_ms=round(sums.get("us", 0) / sums["n"] / 1000, 1),
        )
        for (method, route), sums in found.items()
    ]
    return sorted(routes, key=lambda row: (-row.requests, row.route, row.method))
