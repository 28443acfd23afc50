"""``manage.py queue_status``: what waits in each queue, and who works there."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.utils import timezone

from onetop_backend.management.queues import Queue, queues

_HEAD = ("queue", "messages", "due", "later", "leased", "dead", "oldest", "workers")


class Command(BaseCommand):
    """Prints a line for each queue."""

    help = (
        "Show each queue: messages in the broker, rows that are due, due later, leased or dead, the age of "
        "the oldest due row, and the workers. Exits with 1 when a queue has no worker or the broker is away; "
        "dead rows alone are no failure. Example: manage.py queue_status --watch 5"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="print one line of JSON")
        parser.add_argument(
            "--watch",
            type=_seconds,
            nargs="?",
            const=2.0,
            metavar="SECONDS",
            help="print it again every so many seconds (2) until Ctrl-C",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the queues.

        :raises CommandError: a queue's work cannot be done, or the database is away
        """
        try:
            while True:
                found = _asked()
                self.stdout.write(_json(found) if options["json"] else _table(found))
                self.stdout.flush()
                if options["watch"] is None:
                    break
                time.sleep(options["watch"])
        except KeyboardInterrupt:
            return
        problems: dict[str, list[str]] = {}
        for queue in found:
            if queue.problem:
                problems.setdefault(queue.problem, []).append(queue.name)
        if problems:
            told = [f"{problem}: {', '.join(names)}" for problem, names in problems.items()]
            raise CommandError("; ".join(told))


def _asked() -> list[Queue]:
    try:
        return queues(now=timezone.now())
    except Error as error:
        raise CommandError(f"the database is away: {' '.join(str(error).split())}") from error


def _json(found: Sequence[Queue]) -> str:
    return json.dumps({"queues": [asdict(queue) | {"problem": queue.problem} for queue in found]})


def _table(found: Sequence[Queue]) -> str:
    rows = [
        (
            queue.name,
            "?" if queue.messages is None else str(queue.messages),
            str(queue.due),
            str(queue.later),
            str(queue.leased),
            str(queue.dead),
            f"{queue.oldest_due_seconds:.0f} s" if queue.due else "–",
            ", ".join(queue.workers) or f"– ({queue.problem})",
        )
        for queue in found
    ]
    widths = [max(len(row[place]) for row in (_HEAD, *rows)) for place in range(len(_HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place in {0, len(_HEAD) - 1} else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (_HEAD, *rows)
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 3600:
        raise ArgumentTypeError(f"{text!r}: write seconds, from 0.1 to 3600")
    return seconds
