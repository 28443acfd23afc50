"""``manage.py check_gateway_vectors``: whether our signatures are the gateways', by vectors from a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.payments.integrations.vectors import judge


class Command(BaseCommand):
    """Prints pass or fail for each vector; the exit status is 1 when one failed or none was there."""

    help = "Checks signatures and codes against a JSON list of vectors; exit status 1 if one fails."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, help="a JSON list; docs/gateways.md says what of")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Judge each vector."""
        try:
            vectors = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}") from error
        if not isinstance(vectors, list) or not vectors:
            raise CommandError(f"{file}: not a list of vectors")
        failed = 0
        for number, vector in enumerate(vectors, start=1):
            verdict = judge(vector)
            failed += not verdict.passed
            word = "pass" if verdict.passed else "fail"
            named = f" {verdict.name}" if verdict.name else ""
            self.stdout.write(
                f"{word} {number} {verdict.gateway} {verdict.kind}{named}: {verdict.reason}"
            )
        self.stdout.write(f"{len(vectors) - failed} of {len(vectors)} vectors pass")
        if failed:
            sys.exit(1)
