"""Taking turns: a scope's rate, its refusal, and what a request has used up so far."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings

from apps.core import metrics
from apps.core.errors import TooManyRequests
from apps.core.throttle import gcra

noted: ContextVar[dict[str, Allowance] | None] = ContextVar("onetop_allowances", default=None)
"""Where the request that is being answered, if there is one, collects what is left of each scope that it uses."""


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What is left to a key: of ``limit`` turns in ``window`` seconds ``remaining``, one more in ``reset`` seconds."""

    limit: int
    window: int
    remaining: int
    reset: int


def take(scope: str, key: str) -> Allowance | None:
    """Use one turn of a key; None where nothing is counted: the rate is ``unlimited``, or Redis is away.

    :raises TooManyRequests: none is left; says when the next one is
    """
    rate = _rate(scope)
    if rate is None:
        return None
    quota, window = rate
    debt = gcra.take(scope=scope, key=key, quota=quota, window=window)
    if debt is None:
        return None
    allowance = _noting(scope, _allowance(debt, quota=quota, window=window))
    if not debt.admitted:
        metrics.count("throttled", scope)
        raise TooManyRequests(retry_after=allowance.reset)
    return allowance


def give_back(scope: str, key: str) -> Allowance | None:
    """Return a turn that should not count; None as for ``take``."""
    rate = _rate(scope)
    if rate is None:
        return None
    quota, window = rate
    debt = gcra.give_back(scope=scope, key=key, quota=quota, window=window)
    if debt is None:
        return None
    return _noting(scope, _allowance(debt, quota=quota, window=window))


def _rate(scope: str) -> tuple[int, int] | None:
    rate: tuple[int, int] | None = settings.THROTTLE_RATES[scope]
    return rate


def _allowance(debt: gcra.Debt, *, quota: int, window: int) -> Allowance:
    interval = gcra.interval_of(quota=quota, window=window)
    until_next = (debt.micros - 1) % interval + 1 if debt.micros else 0
    return Allowance(
        limit=quota,
        window=window,
        remaining=quota - -(-debt.micros // interval),
        reset=-(-until_next // 1_000_000),
    )


def _noting(scope: str, allowance: Allowance) -> Allowance:
    collected = noted.get()
    if collected is not None:
        collected[scope] = allowance
    return allowance
