"""Frames to a person, on whichever sockets they have open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from apps.core.realtime.frames import Frame

log = structlog.stdlib.get_logger("onetop.socket")


def group_of(user_id: UUID) -> str:
    """Return the name of the group that all sockets of a person are in."""
    return f"user.{user_id.hex}"


def push(user_id: UUID, frame: Frame) -> None:
    """Send a frame to every open socket of a person, at most once.

    A frame is a hint and its row is the truth: when Redis is away the frame is dropped, because ``resume``
    brings what was missed, while a retry would show it twice to those who had it.
    """
    layer: Any = get_channel_layer()
    try:
        async_to_sync(layer.group_send)(group_of(user_id), {"type": "push", "frame": frame})
    except (RedisError, OSError) as error:
        log.warning("push dropped", kind=frame.get("type"), exc_info=error)
