#!/usr/bin/env python3
"""Django's command line. Against the local stack, use `./run manage …`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError

from onetop_backend.variables import ImproperVariable


def main() -> None:
    """Run a command; what an operator can put right is said in one line, and shown whole with ``--traceback``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetop_backend.settings")
    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        reason = _reason(error)
        if reason is None or "--traceback" in sys.argv:
            raise
        sys.exit(f"onetop: {reason}")


def _reason(error: Exception) -> str | None:
    """Return what a person is told of a variable that cannot be read, or of a database that is away."""
    if isinstance(error, ImproperVariable):
        return str(error)
    if isinstance(error, OperationalError):
        return f"the database does not do it: {' '.join(str(error).split())}"
    return None


if __name__ == "__main__":
    main()
