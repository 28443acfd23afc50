"""The shared kernel as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Kernel: knows no other app and no noun of hiring."""

    name = "apps.core"
    label = "core"
    verbose_name = _("Platform")
