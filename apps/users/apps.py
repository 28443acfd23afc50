"""Accounts as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    """Who there is, and how they prove it."""

    name = "apps.users"
    label = "users"
    verbose_name = _("Accounts")
