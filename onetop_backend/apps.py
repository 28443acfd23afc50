"""The composition root as a Django application: it ties the apps to Celery and to the checks."""

from __future__ import annotations

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """Knows all apps; no app knows it."""

    name = "onetop_backend"
    label = "onetop_backend"
    verbose_name = "OneTop"

    def ready(self) -> None:
        """Make our Celery application the current one, so that every process publishes to our broker."""
        from onetop_backend import celery  # noqa: F401, PLC0415 - becoming current is its effect
