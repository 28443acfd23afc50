"""One line and one count for each run of a task: its name, its queue, how it ended and how long it took."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from apps.core import metrics
from apps.core.logs.lines import write_line

log = logging.getLogger("onetop.task")

DONE, FAILED, DEAD, SKIPPED = "done", "failed", "dead", "skipped"
"""``failed`` will be tried again, ``dead`` will not; ``skipped`` was somebody else's, or gone."""


@dataclass
class Run:
    """A run under way; whoever knows better than ``done`` says so."""

    outcome: str = DONE


@contextmanager
def running(task: str, *, queue: str) -> Iterator[Run]:
    """Tell of the run inside; an exception that leaves it is told by its type and place, and goes on."""
    run, started = Run(), time.perf_counter()
    error: Exception | None = None
    try:
        yield run
    except Exception as raised:
        error, run.outcome = raised, FAILED
        raise
    finally:
        _tell(task, queue, run.outcome, time.perf_counter() - started, error)


def skipped(task: str, *, queue: str) -> None:
    """Tell of a message whose row another has, or whose work is done and gone."""
    _tell(task, queue, SKIPPED, 0.0, None)


def _tell(task: str, queue: str, outcome: str, seconds: float, error: Exception | None) -> None:
    metrics.observe_task(task=task, queue=queue, outcome=outcome, seconds=seconds)
    write_line(
        log,
        logging.INFO if outcome in {DONE, SKIPPED} else logging.WARNING,
        "task",
        task=task,
        queue=queue,
        outcome=outcome,
        ms=round(seconds * 1000, 1),
        **({"error": type(error).__name__} if error else {}),
    )
