"""Companies as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    """Employers and the people who act for them."""

    name = "apps.companies"
    label = "companies"
    verbose_name = _("Companies")
