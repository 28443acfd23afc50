"""The composition root as a Django application: it ties the apps to Celery and to the checks."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin_apps


class PlatformConfig(AppConfig):
    """Knows all apps; no app knows it."""

    default = True
    name = "onetop_backend"
    label = "onetop_backend"
    verbose_name = "OneTop"

    def ready(self) -> None:
        """Make our Celery application the current one, register the checks, and report defects if that is set."""
        from onetop_backend import celery, checks  # noqa: F401, PLC0415 - importing them is their effect

        if settings.SENTRY["dsn"]:
            from onetop_backend.reporting import start_reporting  # noqa: PLC0415 - loads the SDK

            start_reporting(**settings.SENTRY)


class StaffConfig(admin_apps.AdminConfig):
    """Django's admin, with a site of our own."""

    default = False
    default_site = "apps.core.admin.site.StaffSite"

    def ready(self) -> None:
        """Make the site before any app registers its pages with it."""
        from apps.core.admin import site  # noqa: F401, PLC0415 - made when the kernel's pages register

        super().ready()
