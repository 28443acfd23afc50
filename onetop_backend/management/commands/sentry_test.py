"""``manage.py sentry_test``: do defects arrive where the operator looks for them?"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

_SECONDS = 10


class SentryTest(Exception):
    """Not a defect: somebody asked whether reports of defects arrive."""


class Command(BaseCommand):
    """Sends one event through the very path of real ones."""

    help = (
        "Report one defect named SentryTest, and print the id of its event. Exits with 1 when SENTRY_DSN is empty "
        "or the server does not take it. Example: manage.py sentry_test --json"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send the event and wait until the server has answered.

        :raises CommandError: nothing is configured, or the event did not arrive
        """
        if not settings.SENTRY["dsn"]:
            raise CommandError(
                "SENTRY_DSN is empty: set it to the address that Sentry shows for the project."
            )
        import sentry_sdk  # noqa: PLC0415 - loaded only where it is used

        host = urlsplit(settings.SENTRY["dsn"]).hostname
        transport = sentry_sdk.get_client().transport
        dropped: list[str] = []
        transport.on_dropped_event = dropped.append  # type: ignore[union-attr]
        event_id = sentry_sdk.capture_exception(SentryTest())
        sentry_sdk.flush(timeout=_SECONDS)
        if dropped or event_id is None:
            raise CommandError(
                f"{host} did not take the event: {', '.join(sorted(set(dropped))) or 'it was not sent'}"
            )
        if options["json"]:
            self.stdout.write(json.dumps({"event_id": event_id, "host": host}))
        else:
            self.stdout.write(f"{host} took the event {event_id}")
