"""Create the demo world."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from onetop_backend.local.demo import load_demo


class Command(BaseCommand):
    """Fills an empty database of the local stack."""

    help = "Create the demo world: accounts, companies, postings and applications."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create everything, or nothing.

        :raises CommandError: this is not the local stack, or its database is not empty
        """
        if not settings.LOCAL_STACK:
            raise CommandError(
                "The demo accounts have a published password: only the local stack gets them "
                "(./run manage seed_demo)."
            )
        if get_user_model()._default_manager.exists():
            raise CommandError(
                "There are accounts already; the demo world needs an empty database."
            )
        load_demo(now=timezone.now())
        self.stdout.write("The demo world is there.")
