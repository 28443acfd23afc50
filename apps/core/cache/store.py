"""The way to Redis: one script a question, one short timeout, then a pause in which nobody asks."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import structlog
from django_redis import get_redis_connection
from redis.exceptions import RedisError

ALIAS = "public"
PREFIX = "onetop:public:"
PAUSE = 1.0
"""Seconds in which readers do without Redis after it failed one of them."""

log = structlog.stdlib.get_logger("onetop.cache")


class Away(Exception):
    """Redis does not answer, or cannot; the reader asks PostgreSQL instead."""


class Circuit:
    """Keeps readers from waiting one after the other for a Redis that is away.

    After a failure nobody asks for ``PAUSE`` seconds; then one reader tries, while the others still do without.
    """

    def __init__(self) -> None:
        self._closed_again_at = 0.0

    def lets_through(self) -> bool:
        """Tell whether to ask Redis."""
        if not self._closed_again_at:
            return True
        now = time.monotonic()
        if now < self._closed_again_at:
            return False
        self._closed_again_at = now + PAUSE
        return True

    def failed(self) -> None:
        """Note that Redis did not answer."""
        self._closed_again_at = time.monotonic() + PAUSE

    def answered(self) -> None:
        """Note that Redis answered."""
        self._closed_again_at = 0.0


circuit = Circuit()

# More connections than that at once would be refused by the server's backlog, which looks like an outage.
_lanes = BoundedSemaphore(64)


def ask(script: str, *args: str | bytes | int) -> Any:
    """Run one of the scripts beside this module and return what it says.

    :raises Away: Redis failed now, or did less than ``PAUSE`` seconds ago
    """
    with _lanes:
        if not circuit.lets_through():
            raise Away
        try:
            said = _script(script)(args=[PREFIX, *args], client=get_redis_connection(ALIAS))
        except RedisError as error:
            circuit.failed()
            log.warning("cache_away", error=type(error).__name__)
            raise Away from error
        circuit.answered()
        return said


@cache
def _script(name: str) -> Any:
    folder = Path(__file__).parent / "scripts"
    texts = [(folder / f"{part}.lua").read_text(encoding="utf-8") for part in ("stamp", name)]
    return get_redis_connection(ALIAS).register_script("".join(texts))
