"""Payments as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """The credit ledger of companies."""

    name = "apps.payments"
    label = "payments"
    verbose_name = _("Payments")
