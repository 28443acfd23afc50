"""A task that only answers: proof that a queue has a worker which reads it."""

from __future__ import annotations

import time
from typing import Any

from django_redis import get_redis_connection

from onetop_backend.celery import app

_KEPT_SECONDS = 300


@app.task(name="onetop_backend.local.echo.answer")
def answer(*, reply_to: str, after: float = 0.0, **_: Any) -> None:
    """Leave an answer where the asker waits for it, after so many seconds of work."""
    time.sleep(after)
    redis = get_redis_connection("default")
    redis.rpush(reply_to, "1")
    redis.expire(reply_to, _KEPT_SECONDS)
