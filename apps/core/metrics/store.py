"""The counts of all processes: one hash in Redis, and a short list of the slowest answers.

A process of any kind and on any host adds to them, any ``web`` tells them, and a process that ends takes nothing
along. What Redis forgets starts again from 0, which readers of counters expect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.utils import timezone
from django_redis import get_redis_connection

Names = tuple[str, ...]
"""What is counted, from the general to the particular."""

COUNTS, SLOW, SINCE = "onetop:metrics:counts", "onetop:metrics:slow", "onetop:metrics:since"
KEPT_SLOW = 50


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What was counted since a moment, and the latest slow answers, newest first."""

    since: datetime | None
    numbers: Mapping[Names, int]
    slow: Sequence[Mapping[str, Any]]

    def of(self, kind: str) -> dict[Names, int]:
        """Return the numbers of one kind, by the rest of their names."""
        return {names[1:]: number for names, number in self.numbers.items() if names[0] == kind}


def add(numbers: Mapping[Names, int], slow: Sequence[Mapping[str, Any]]) -> None:
    """Add to the counts, all or nothing.

    :raises RedisError: nobody knows whether they were added
    """
    pipe = get_redis_connection("default").pipeline(transaction=True)
    pipe.set(SINCE, timezone.now().isoformat(), nx=True)
    for names, number in numbers.items():
        pipe.hincrby(COUNTS, orjson.dumps(names), number)
    if slow:
        pipe.lpush(SLOW, *(orjson.dumps(entry) for entry in slow))
        pipe.ltrim(SLOW, 0, KEPT_SLOW - 1)
    pipe.execute()


def read() -> Counts:
    """Return the counts.

    :raises RedisError: they cannot be read
    """
    pipe = get_redis_connection("default").pipeline(transaction=True)
    numbers, slow, since = pipe.hgetall(COUNTS).lrange(SLOW, 0, -1).get(SINCE).execute()
    return Counts(
        since=datetime.fromisoformat(since.decode()) if since else None,
        numbers={tuple(orjson.loads(names)): int(number) for names, number in numbers.items()},
        slow=[orjson.loads(entry) for entry in slow],
    )


def erase() -> None:
    """Begin counting from 0.

    :raises RedisError: nobody knows whether they are gone
    """
    get_redis_connection("default").delete(COUNTS, SLOW, SINCE)
