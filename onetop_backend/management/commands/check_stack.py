"""`manage.py check_stack`: is the stack that runs at an address able to do its work?"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from onetop_backend.local import proof


class Command(BaseCommand):
    """Asks HTTP, every queue, a socket and the search of a running stack for an answer."""

    help = "Prove that the stack at an address works; exits with 1 when a part does not."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--url", required=True, help="address of the web process, http://host:port"
        )
        parser.add_argument(
            "--seconds", type=float, default=60.0, help="how long to wait for answers"
        )
        parser.add_argument(
            "--json", action="store_true", help="print one line of JSON, for programs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each check with what was seen.

        :raises CommandError: one failed
        """
        checks = list(
            proof.prove(url=options["url"], seconds=options["seconds"], now=timezone.now())
        )
        failed = [check.name for check in checks if check.state is proof.State.FAILED]
        if options["json"]:
            answer: dict[str, Any] = {"checks": [asdict(check) for check in checks]}
            if not failed:
                answer |= {
                    "backends": proof.backends(),
                    "accounts": proof.accounts(),
                    "password": proof.password(),
                }
            self.stdout.write(json.dumps(answer))
        else:
            for check in checks:
                self.stdout.write(f"{check.state:<8} {check.name}: {check.detail}")
        if failed:
            raise CommandError(f"failed: {', '.join(failed)}")
