"""``manage.py requeue_dead``: work that was given up is tried again."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core.models import Work
from apps.core.work import dead
from apps.core.work.specs import is_declared

_SHOWN = 20
_PROGRESS_EVERY = 100
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Command(BaseCommand):
    """Gives dead rows all of their attempts again, each with an entry in the audit trail."""

    help = (
        "Try work again that was given up after its last attempt. Without conditions: all of it. "
        "Example: manage.py requeue_dead --task apps.core.tasks.deliver_mail --older-than 1h --dry-run"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--task", default="", metavar="NAME", help="of this task only")
        parser.add_argument(
            "--id", type=_id, nargs="+", default=[], metavar="ID", help="these rows only"
        )
        parser.add_argument(
            "--older-than",
            type=_age,
            metavar="AGE",
            help="given up longer ago than this: 90s, 30m, 2h or 7d",
        )
        parser.add_argument("--dry-run", action="store_true", help="show them, change nothing")
        parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Show the rows, ask, and have them tried again.

        :raises CommandError: there is no such task or row, or nobody confirmed
        """
        if options["json"] and not (options["yes"] or options["dry_run"]):
            raise CommandError("--json asks no questions: add --yes or --dry-run.")
        if options["task"] and not is_declared(options["task"]):
            raise CommandError(f"There is no task {options['task']}.")
        age = options["older_than"]
        rows = dead.dead_work_unscoped(
            task=options["task"],
            ids=options["id"],
            died_before=timezone.now() - age if age else None,
        )
        if missing := set(options["id"]) - {row.id for row in rows}:
            raise CommandError(f"No dead work: {', '.join(sorted(map(str, missing)))}.")
        if not options["json"]:
            self._show(rows)
        if options["dry_run"] or not rows:
            outcomes = {row.id: "dead" for row in rows}
        else:
            if not options["yes"]:
                _confirm(len(rows))
            outcomes = self._requeue(rows)
        self._tell(rows, outcomes, options)

    def _show(self, rows: Sequence[Work]) -> None:
        for row in rows[:_SHOWN]:
            self.stdout.write(
                f"{row.id}  {row.task}  {row.dead_at:%Y-%m-%d %H:%M}  {row.last_error[:80]}"
            )
        if len(rows) > _SHOWN:
            self.stdout.write(f"… and {len(rows) - _SHOWN} more")

    def _requeue(self, rows: Sequence[Work]) -> dict[UUID, str]:
        outcomes = {}
        for number, row in enumerate(rows, start=1):
            try:
                dead.requeue(actor=None, work_id=row.id, now=timezone.now())
            except (dead.WorkNotDead, dead.WorkAskedAgain) as refusal:
                outcomes[row.id] = refusal.code
            else:
                outcomes[row.id] = "requeued"
            if number % _PROGRESS_EVERY == 0:
                self.stderr.write(f"{number} of {len(rows)}")
        return outcomes

    def _tell(
        self, rows: Sequence[Work], outcomes: dict[UUID, str], options: dict[str, Any]
    ) -> None:
        if options["json"]:
            told = [
                {
                    "id": str(row.id),
                    "task": row.task,
                    "key": row.key,
                    "last_error": row.last_error,
                    "outcome": outcomes[row.id],
                }
                for row in rows
            ]
            self.stdout.write(json.dumps({"work": told}))
        elif not rows:
            self.stdout.write("No dead work.")
        elif options["dry_run"]:
            self.stdout.write(f"{len(rows)} would be tried again.")
        else:
            requeued = sum(outcome == "requeued" for outcome in outcomes.values())
            left = len(rows) - requeued
            why = f" {left} not: the same work is waiting already, or is done." if left else ""
            self.stdout.write(f"{requeued} will be tried again.{why}")


def _confirm(number: int) -> None:
    try:
        answer = input(f"Try {number} again? [y/N] ")
    except EOFError:
        raise CommandError("Nobody is there to confirm: add --yes.") from None
    if answer.strip().lower() not in {"y", "yes"}:
        raise CommandError("Nothing was changed.")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not the id of a row") from None


def _age(text: str) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,6})([smhd])", text)
    if match is None:
        raise ArgumentTypeError(f"{text!r}: write 90s, 30m, 2h or 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
