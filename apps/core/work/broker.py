"""Messages that ring for rows. Losing one costs time, never work, so nothing here raises."""

from __future__ import annotations

from uuid import UUID

import structlog
from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

RELAY_TASK = "apps.core.tasks.relay_events"
MEMORY_KEY = "onetop:broker:remembers"

log = structlog.get_logger("work")


def send(task: str, *, queue: str, work_id: UUID) -> None:
    """Publish the message of one row; a broker that is away is logged and the sweep sends it later."""
    _publish(task, queue=queue, kwargs={"work_id": str(work_id)})


def ring_relay() -> None:
    """Wake a relay; it drains whatever is due."""
    _publish(RELAY_TASK, queue="relay", kwargs={})


def lost_its_memory() -> bool:
    """Tell whether the broker was emptied since the last call, by a marker that it should still hold."""
    try:
        with current_app.connection_or_acquire() as connection:
            return bool(connection.default_channel.client.set(MEMORY_KEY, "1", nx=True))
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker_away", error=str(error))
        return False


def _publish(task: str, *, queue: str, kwargs: dict[str, str]) -> None:
    try:
        current_app.send_task(task, kwargs=kwargs, queue=queue, retry=False, ignore_result=True)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker_away", task=task, error=str(error))
