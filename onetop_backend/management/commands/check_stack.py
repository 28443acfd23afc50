"""``manage.py check_stack``: is everything there that this installation depends on?"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from onetop_backend.management.asking import Check, State
from onetop_backend.management.stack import inspect_stack, names


class Command(BaseCommand):
    """Asks every part for an answer, and says how long that took."""

    help = (
        "Ask each dependency, worker and beat for an answer; exits with 1 when one fails. "
        "Example: manage.py check_stack --only database --only migrations --json. "
        "With --url it asks a local stack through its doors instead, as ./run does: "
        "HTTP, a socket, the search, the queues."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--only",
            action="append",
            default=[],
            metavar="NAME",
            help=f"ask this part only; may be repeated: {', '.join(names())}",
        )
        parser.add_argument("--url", help="address of the web process of a local stack")
        parser.add_argument(
            "--seconds", type=float, help="how long to wait for answers (10; with --url 60)"
        )
        parser.add_argument(
            "--json", action="store_true", help="print one line of JSON, for programs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each check with what was seen.

        :raises CommandError: one failed, or there is no such part
        """
        if unknown := sorted(set(options["only"]) - set(names())):
            raise CommandError(
                f"--only: there is no part {', '.join(unknown)}; there are {', '.join(names())}."
            )
        if options["only"] and options["url"]:
            raise CommandError("--only chooses parts of an installation; leave out --url.")
        checks = []
        for check in self._checks(options):
            checks.append(check)
            if not options["json"]:
                took = f"{check.milliseconds:9.1f} ms"
                self.stdout.write(f"{check.state:<8} {took}  {check.name}: {check.detail}")
                self.stdout.flush()
        failed = [check.name for check in checks if check.state is State.FAILED]
        if options["json"]:
            told: dict[str, Any] = {"checks": [asdict(check) for check in checks]}
            if options["url"] and not failed:
                told |= self._facts()
            self.stdout.write(json.dumps(told))
        if failed:
            raise CommandError(f"failed: {', '.join(failed)}")

    def _checks(self, options: dict[str, Any]) -> Iterator[Check]:
        given: float | None = options["seconds"]
        if not options["url"]:
            return inspect_stack(seconds=10.0 if given is None else given, only=options["only"])
        if not settings.LOCAL_STACK:
            raise CommandError("--url is for the local stack: ./run manage check_stack --url …")
        from onetop_backend.local import proof  # noqa: PLC0415 - needs what only the local stack installs

        return proof.prove(
            url=options["url"], seconds=60.0 if given is None else given, now=timezone.now()
        )

    def _facts(self) -> dict[str, Any]:
        from onetop_backend.local import proof  # noqa: PLC0415 - as above

        return {
            "backends": proof.backends(),
            "accounts": proof.accounts(),
            "password": proof.password(),
        }
