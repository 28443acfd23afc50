"""The Celery application: configured by settings, scheduled by code."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery

from onetop_backend.schedules import BEAT_SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetop_backend.settings")


def route(name: str, *_: Any, **__: Any) -> dict[str, str] | None:
    """Send a task to the queue that it declares beside its function."""
    from apps.core.work.specs import declared_tasks  # noqa: PLC0415 - needs Django set up

    spec = declared_tasks().get(name)
    return {"queue": spec.queue} if spec else None


app = Celery("onetop_backend")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_routes = (route,)
app.conf.beat_schedule = BEAT_SCHEDULE
app.autodiscover_tasks()
