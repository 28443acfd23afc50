"""The Celery application: configured by settings, scheduled by code."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init
from django.core.exceptions import ImproperlyConfigured

from onetop_backend.schedules import BEAT_SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetop_backend.settings")


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
celeryd_init.connect(refuse_unsafe_start)
beat_init.connect(refuse_unsafe_start)
