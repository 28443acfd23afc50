"""Counts of what happens: kept in memory for a second, then added to those of all processes in Redis."""

from __future__ import annotations

from apps.core.metrics.counting import (
    BUCKETS,
    SLOW_SECONDS,
    count,
    flush,
    observe_request,
    observe_task,
)
from apps.core.metrics.store import Counts, Names, erase, read

__all__ = [
    "BUCKETS",
    "SLOW_SECONDS",
    "Counts",
    "Names",
    "count",
    "erase",
    "flush",
    "observe_request",
    "observe_task",
    "read",
]
