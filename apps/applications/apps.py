"""Applications as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    """Applications of candidates to postings, and what recruiters decide about them."""

    name = "apps.applications"
    label = "applications"
    verbose_name = _("Applications")
