"""``manage.py generate_secrets``: what an installation needs before its first start."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from onetop_backend.management import secrets

_DESCRIPTION = """\
Make the secrets of an installation. Needs no database and no settings.

Without --folder it prints lines for the file .env:

  manage.py generate_secrets >> .env

With --folder it writes each secret that the folder lacks to a file of its own (mode 0600), which
the variable X_FILE names: SECRET_KEY_FILE=/run/onetop/secret_key. What is there is never changed,
so it can run at every start:

  manage.py generate_secrets --folder /run/onetop --owner 10001:10001 \\
      --give postgres_password=999:999 --certificate-for onetop.localhost --give certificate.key=101:101
"""
_HOST = re.compile(r"[A-Za-z0-9_.\-:\[\]]+")


class Command(BaseCommand):
    """Prints or writes random secrets, and on request a self-signed certificate."""

    help = _DESCRIPTION
    requires_system_checks: list[str] = []

    def create_parser(self, *arguments: Any, **options: Any) -> Any:
        """Keep the lines of the description as they are."""
        return super().create_parser(
            *arguments, **options, formatter_class=RawDescriptionHelpFormatter
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--folder", type=Path, help="write files here, of which none is ever replaced"
        )
        parser.add_argument(
            "--owner", type=_owner, metavar="UID[:GID]", help="give every written file to this user"
        )
        parser.add_argument(
            "--give",
            type=_gift,
            action="append",
            default=[],
            metavar="NAME=UID[:GID]",
            help="give one file to another user, whose server reads it; may be repeated",
        )
        for option, default, of in (
            ("--database-host", "db", "database_url: host or host:port"),
            ("--database-user", "onetop", "database_url: account"),
            ("--database-name", "onetop", "database_url: database"),
            ("--redis-host", "redis", "redis_url: host or host:port"),
            ("--redis-cache-host", "redis_cache", "redis_cache_url: host or host:port"),
        ):
            parser.add_argument(
                option, type=_place, default=default, help=f"{of} (default: {default})"
            )
        parser.add_argument(
            "--certificate-for",
            type=_place,
            action="append",
            default=[],
            metavar="HOST",
            help=f"also a self-signed certificate for a host or address ({secrets.CERTIFICATE}, "
            f"{secrets.CERTIFICATE_KEY}); may be repeated",
        )
        parser.add_argument(
            "--json",
            action="store_true",
            help="print JSON: the variables, or with --folder what was written (no secret)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the secrets, or write them and print which.

        :raises CommandError: an option needs --folder, a name is unknown, or the folder cannot be used
        """
        if options["folder"] is None:
            self._print(options)
        else:
            self._write(options)

    def _print(self, options: dict[str, Any]) -> None:
        if options["owner"] or options["give"] or options["certificate_for"]:
            raise CommandError(
                "--owner, --give and --certificate-for write files: add --folder DIR."
            )
        made = {name: secrets.random_secret() for name in secrets.OF_ENV}
        if options["json"]:
            self.stdout.write(json.dumps(made))
        else:
            self.stdout.write("\n".join(f"{name}={value}" for name, value in made.items()))

    def _write(self, options: dict[str, Any]) -> None:
        gifts = dict(options["give"])
        known = secrets.names(certificate=bool(options["certificate_for"]))
        if unknown := sorted(gifts.keys() - set(known)):
            raise CommandError(
                f"--give: there is no file {', '.join(unknown)}; there are {', '.join(known)}."
            )
        try:
            files = list(
                secrets.fill(
                    options["folder"],
                    hosts=secrets.Hosts(
                        database=options["database_host"],
                        database_user=options["database_user"],
                        database_name=options["database_name"],
                        redis=options["redis_host"],
                        redis_cache=options["redis_cache_host"],
                    ),
                    owners=secrets.Owners(all=options["owner"], of=gifts),
                    certificate_for=options["certificate_for"],
                    now=timezone.now(),
                )
            )
        except secrets.SecretsRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            rows = [
                {
                    "name": file.name,
                    "path": str(file.path),
                    "state": "kept" if file.kept else "written",
                    "note": file.note,
                }
                for file in files
            ]
            self.stdout.write(json.dumps(rows))
            return
        for file in files:
            note = f"  ({file.note})" if file.note else ""
            self.stdout.write(f"{'kept' if file.kept else 'written':<8} {file.path}{note}")


def _owner(text: str) -> secrets.Owner:
    match = re.fullmatch(r"(\d+)(?::(\d+))?", text)
    if match is None:
        raise ArgumentTypeError(f"{text!r}: write numbers, 10001 or 10001:10001")
    return secrets.Owner(user=int(match[1]), group=int(match[2] or match[1]))


def _gift(text: str) -> tuple[str, secrets.Owner]:
    name, _, owner = text.partition("=")
    return name, _owner(owner)


def _place(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ArgumentTypeError(f"{text!r} is not a name or address")
    return text
