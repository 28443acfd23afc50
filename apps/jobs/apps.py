"""Postings as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Postings, their life, the places they are in, and search."""

    name = "apps.jobs"
    label = "jobs"
    verbose_name = _("Postings")

    def ready(self) -> None:
        """Subscribe the app's handlers."""
        from apps.jobs import handlers  # noqa: F401, PLC0415 - subscribing is its effect
