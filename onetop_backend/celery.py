"""The Celery application: configured by settings, scheduled by code."""

from __future__ import annotations

import os
import time
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init
from django.core.exceptions import ImproperlyConfigured
from django_redis import get_redis_connection

from onetop_backend.schedules import BEAT_SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetop_backend.settings")

ANSWER = "onetop_backend.celery.answer"
"""The one task that belongs to every queue."""
_ANSWER_KEPT_SECONDS = 300


def route(name: str, *_: Any, **__: Any) -> dict[str, str] | None:
    """Send a task to the queue that it declares beside its function."""
    from apps.core.work.specs import declared_tasks  # noqa: PLC0415 - needs Django set up

    spec = declared_tasks().get(name)
    return {"queue": spec.queue} if spec else None


def refuse_unsafe_start(**_: Any) -> None:
    """End a worker or beat that has settings of a developer.

    :raises SystemExit: what Celery hands on from a signal's receiver; it logs any other error and goes on
    """
    from onetop_backend import checks  # noqa: PLC0415 - reads the settings, which name this module

    try:
        checks.refuse_unsafe_start()
    except ImproperlyConfigured as refusal:
        raise SystemExit(f"onetop: {refusal}") from refusal


app = Celery("onetop_backend")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_routes = (route,)
app.conf.beat_schedule = BEAT_SCHEDULE
app.autodiscover_tasks()


@app.task(name=ANSWER, bind=True)
def answer(task: Any, /, *, reply_to: str, after: float = 0.0, **_: Any) -> None:
    """Prove that a queue has a worker: leave its name where the asker looks, after so many seconds of work."""
    time.sleep(after)
    redis = get_redis_connection("default")
    redis.rpush(reply_to, task.request.hostname or "")
    redis.expire(reply_to, _ANSWER_KEPT_SECONDS)


celeryd_init.connect(refuse_unsafe_start)
beat_init.connect(refuse_unsafe_start)
