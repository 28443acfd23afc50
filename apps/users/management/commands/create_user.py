"""``manage.py create_user``: the only way to make an administrator."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core.errors import InvalidInput
from apps.core.wording import worded
from apps.users.enums import Language, UserType
from apps.users.services import accounts


class Command(BaseCommand):
    """Creates one account."""

    help = "Create an account. Administrators are made here only; recruiters come out approved."

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

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the account and print its id.

        :raises CommandError: a value is not accepted, or the two passwords differ
        """
        password = _piped() if options["password_stdin"] else _asked()
        try:
            user = accounts.create_account(
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
            raise CommandError("\n".join(reasons)) from refusal
        self.stdout.write(str(user.pk))


def _piped() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _asked() -> str:
    password = getpass.getpass("Password: ")
    if getpass.getpass("Password (again): ") != password:
        raise CommandError("The two passwords differ.")
    return password
