"""``manage.py create_user``: the only way to make an administrator."""

from __future__ import annotations

import getpass
import json
import sys
import warnings
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from apps.core.errors import InvalidInput
from apps.core.wording import worded
from apps.users.enums import Language, UserType
from apps.users.models import User
from apps.users.services import accounts


class Command(BaseCommand):
    """Creates one account."""

    help = (
        "Create an account. Administrators are made here only; recruiters come out approved. "
        "Example: manage.py create_user --email chi@onetop.vn --full-name 'Lý Chi' --role ADMIN"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--email", required=True)
        parser.add_argument("--full-name", required=True)
        parser.add_argument("--role", required=True, choices=UserType.values)
        parser.add_argument("--language", default=Language.VIETNAMESE, choices=Language.values)
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of standard input instead of asking for it",
        )
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the account and print its id.

        :raises CommandError: a value is not accepted, or the two passwords differ
        """
        password = _piped() if options["password_stdin"] else _asked()
        # Whatever the language of people is, commands speak English.
        with translation.override("en"):
            user = _created(options, password)
        if options["json"]:
            self.stdout.write(
                json.dumps({"id": str(user.pk), "email": user.email, "role": user.user_type})
            )
        else:
            self.stdout.write(str(user.pk))


def _created(options: dict[str, Any], password: str) -> User:
    try:
        return accounts.create_account(
            actor=None,
            email=options["email"],
            password=password,
            full_name=options["full_name"],
            user_type=UserType(options["role"]),
            language=options["language"],
            now=timezone.now(),
        )
    except InvalidInput as refusal:
        reasons = [f"{error.pointer}: {worded(error.detail)}" for error in refusal.errors]
        raise CommandError("; ".join(reasons)) from refusal


def _piped() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise CommandError("--password-stdin: standard input has no password in its first line.")
    return password


def _asked() -> str:
    try:
        with warnings.catch_warnings():
            # It would go on, and show what is typed.
            warnings.simplefilter("error", getpass.GetPassWarning)
            password = getpass.getpass("Password: ")
            again = getpass.getpass("Password (again): ")
    except (EOFError, getpass.GetPassWarning):
        raise CommandError(
            "There is no terminal to type a password at: use --password-stdin."
        ) from None
    if again != password:
        raise CommandError("The two passwords differ.")
    return password
