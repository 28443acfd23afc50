"""The composition root as a Django application: it ties the apps to Celery and to the checks."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings


class PlatformConfig(AppConfig):
    """Knows all apps; no app knows it."""

    name = "onetop_backend"
    label = "onetop_backend"
    verbose_name = "OneTop"

    def ready(self) -> None:
        """Make our Celery application the current one, register the checks, and report defects if that is set."""
        from onetop_backend import celery, checks  # noqa: F401, PLC0415 - importing them is their effect

        if settings.SENTRY["dsn"]:
            from onetop_backend.reporting import start_reporting  # noqa: PLC0415 - loads the SDK

            start_reporting(**settings.SENTRY)
