"""``manage.py migrate``: Django's own, which asks first whether the settings are those of a server."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.core.management.commands import migrate

from onetop_backend.checks import refuse_unsafe_start


class Command(migrate.Command):
    """Is the first step of a rollout: what is wrong with the variables is said before anything changes."""

    def handle(self, *args: Any, **options: Any) -> Any:
        """Migrate, or say why not.

        :raises CommandError: the settings leave a door open
        """
        try:
            refuse_unsafe_start()
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from refusal
        return super().handle(*args, **options)
