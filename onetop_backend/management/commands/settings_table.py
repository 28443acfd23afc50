"""``manage.py settings_table``: every variable, its default and its meaning."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from onetop_backend.management import variables


class Command(BaseCommand):
    """Prints the table, or writes it to where people read it."""

    help = (
        "Print every variable with its default and meaning. "
        "Developers: `manage.py settings_table --write` after a change of variables/declared.py."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--write", action="store_true", help="write .env.example and the README's table"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print or write the table.

        :raises CommandError: the README has no place for it
        """
        if not options["write"]:
            self.stdout.write(variables.table(), ending="")
            return
        try:
            texts = {variables.README: variables.readme()}
        except ValueError as error:
            raise CommandError(str(error)) from error
        for path, text in (texts | {variables.ENV_EXAMPLE: variables.env_example()}).items():
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"written  {path}")
