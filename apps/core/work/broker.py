"""Messages that ring for rows. Losing one costs time, never work, so nothing here raises."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

RELAY_TASK = "apps.core.tasks.relay_events"
MEMORY_KEY = "onetop:broker:remembers"
SWEPT_KEY = "onetop:broker:swept"
_SWEPT_KEPT = timedelta(hours=1)

log = structlog.get_logger("work")


def send(task: str, *, queue: str, work_id: UUID) -> bool:
    """Publish the message of one row; return False, logged, when the broker is away: the sweep sends it later."""
    return _publish(task, queue=queue, kwargs={"work_id": str(work_id)})


def ring_relay() -> None:
    """Wake a relay; it drains whatever is due."""
    _publish(RELAY_TASK, queue="relay", kwargs={})


def waiting(queue: str) -> int | None:
    """Return how many messages a queue holds that no worker has taken; None when the broker is away."""
    try:
        with current_app.connection_or_acquire() as connection:
            return int(connection.default_channel.client.llen(queue))
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker_away", error=str(error))
        return None


def lost_its_memory() -> bool:
    """Tell whether the broker was emptied since ``remember``, whose marker it should still hold."""
    try:
        with current_app.connection_or_acquire() as connection:
            return not connection.default_channel.client.exists(MEMORY_KEY)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker_away", error=str(error))
        return False


def remember() -> None:
    """Leave the marker, once it is written down that everything has to be sent again."""
    try:
        with current_app.connection_or_acquire() as connection:
            connection.default_channel.client.set(MEMORY_KEY, "1")
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker_away", error=str(error))


def note_sweep() -> None:
    """Leave the moment of a sweep: that beat lives is seen by what it causes."""
    try:
        with current_app.connection_or_acquire() as connection:
            connection.default_channel.client.set(SWEPT_KEY, "1", px=_SWEPT_KEPT)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker_away", error=str(error))


def since_sweep() -> timedelta | None:
    """Return how long ago the last sweep began, by the broker's clock alone; None for an hour or more.

    :raises RedisError: the broker is away
    """
    with current_app.connection_or_acquire() as connection:
        left = connection.default_channel.client.pttl(SWEPT_KEY)
    return _SWEPT_KEPT - timedelta(milliseconds=left) if left >= 0 else None


def _publish(task: str, *, queue: str, kwargs: dict[str, str]) -> bool:
    try:
        current_app.send_task(task, kwargs=kwargs, queue=queue, retry=False, ignore_result=True)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker_away", task=task, error=str(error))
        return False
    return True
