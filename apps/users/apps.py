"""Accounts as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    """Who there is, and how they prove it."""

    name = "apps.users"
    label = "users"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Have a row of ours opened and ended with every session of Django's, whoever asked for it."""
        from apps.users.api import cookies  # noqa: PLC0415 - needs the models
        from apps.users.api.identity import notes  # noqa: PLC0415 - needs the models

        user_logged_in.connect(cookies.open_row, dispatch_uid="users.open_row")
        user_logged_out.connect(cookies.close_row, dispatch_uid="users.close_row")
        notes.connect()
