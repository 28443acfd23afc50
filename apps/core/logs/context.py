"""What every line of a request, a task or a socket carries; it travels with the work that they cause."""

from __future__ import annotations

import re

import structlog

from apps.core.ids import uuid7

# Long enough for a UUID or a trace id; nothing that could break a line, a header or a query of the log.
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


def bind(**context: str) -> None:
    """Put names and values on every line that follows in this context (thread, task, connection)."""
    structlog.contextvars.bind_contextvars(**context)


def bound_context() -> dict[str, str]:
    """Return what is bound, so that a message or a row can carry it on."""
    return {name: str(value) for name, value in structlog.contextvars.get_contextvars().items()}


def clear() -> None:
    """Forget what is bound: a thread or a worker goes on to something else."""
    structlog.contextvars.clear_contextvars()


def request_id_from(offered: str | None) -> str:
    """Return the offered request id when it is sane, else a new one."""
    if offered and _SANE_ID.fullmatch(offered):
        return offered
    return uuid7().hex
