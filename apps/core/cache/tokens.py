"""Writers' part: making unreadable whatever shows something that has changed."""

from __future__ import annotations

import structlog
from django.db import transaction
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from apps.core import work
from apps.core.cache.store import ALIAS, PREFIX
from apps.core.ids import uuid7

TASK = "apps.core.tasks.drop_tokens"

log = structlog.stdlib.get_logger("onetop.cache")


def touch(*names: str) -> None:
    """Drop the tokens of what the caller's transaction changes: on commit, and once more by a row of the outbox.

    The row heals a crash between the commit and its callbacks, and a Redis that was away just then.

    :raises RuntimeError: there is no transaction
    """
    transaction.on_commit(lambda: _drop_now(names), robust=True)
    # Every change has a row of its own: one that is running already may have dropped before this commit, and
    # two writers who share a key would wait for each other.
    work.add(TASK, key=f"tokens:{uuid7()}", names=list(names))


def drop(names: tuple[str, ...]) -> None:
    """Drop tokens. The next reader makes new ones, and no bytes are found under them.

    Dropping is also what a full server still does.

    :raises RedisError: nobody knows whether they are gone
    """
    get_redis_connection(ALIAS).unlink(*(f"{PREFIX}token:{name}" for name in names))


def _drop_now(names: tuple[str, ...]) -> None:
    try:
        drop(names)
    except RedisError as error:
        log.warning("tokens_not_dropped", error=type(error).__name__)
