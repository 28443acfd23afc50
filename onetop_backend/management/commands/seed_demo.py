"""Create the demo world, or let it grow."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from onetop_backend.local.demo import MOST, AnotherWorld, load_demo

_SAY_EVERY = 2.0
"""Seconds between two lines of progress."""


class Command(BaseCommand):
    """Fills a database with a believable job market."""

    help = (
        "Create the demo world: accounts, companies, postings, applications, credits, notifications. Run again it adds "
        "what a larger number lacks and changes nothing else; stopped, it goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the size of the world, its seed, and how to report."""
        parser.add_argument(
            "--jobs",
            type=int,
            default=500,
            help="postings that there shall be; 500, at most 1,000,000",
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="another number is another world; 1"
        )
        parser.add_argument("--json", action="store_true", help="report as JSON")
        parser.add_argument(
            "--force",
            action="store_true",
            help="also outside the local stack, although the accounts (an administrator too) have a published password",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create everything that lacks, in pieces that are each there or not.

        :raises CommandError: the numbers make no sense, this is not the local stack, or its database has something else
        """
        wanted, seed = options["jobs"], options["seed"]
        if not 0 <= wanted <= MOST:
            raise CommandError(f"--jobs is a number from 0 to {MOST:,}, and not {wanted}.")
        if seed < 0:
            raise CommandError(f"--seed is a number from 0 up, and not {seed}.")
        if not (settings.LOCAL_STACK or options["force"]):
            raise CommandError(
                "The demo accounts have a published password: only the local stack gets them "
                "(./run manage seed_demo), or a database for tests with --force."
            )
        began = self._said = time.monotonic()
        try:
            report = load_demo(
                now=timezone.now(),
                jobs_wanted=wanted,
                seed=seed,
                progress=lambda total: self._progress(total, wanted),
            )
        except AnotherWorld as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. What was finished is there; the same command goes on.", returncode=130
            ) from None
        seconds = time.monotonic() - began
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "jobs": report.jobs,
                        "seed": report.seed,
                        "began_at": report.began_at.isoformat(),
                        "added": {name: count for name, count in report.added.items() if count},
                        "seconds": round(seconds, 3),
                    }
                )
            )
        elif report.added["jobs"]:
            self.stdout.write(
                f"The demo world has {report.jobs:,} postings, {report.added['jobs']:,} of them new ({seconds:.1f} s)."
            )
        else:
            self.stdout.write(
                f"The demo world has {report.jobs:,} postings; there was nothing to add."
            )

    def _progress(self, total: int, wanted: int) -> None:
        if time.monotonic() - self._said >= _SAY_EVERY:
            self._said = time.monotonic()
            self.stderr.write(f"{total:,} of {wanted:,} postings")
