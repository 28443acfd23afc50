"""The verbs of `./run`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

_USAGE = """\
./run                   start the platform and stay; Ctrl-C stops it
./run -d                start it in the background
./run stop              stop it
./run status [--json]   what runs, and where
./run test [arguments]  run the tests; --slow and --nightly add the long ones, the rest goes to pytest
./run bench [name]      measure; without a name, tell what can be measured
./run manage [command]  Django's commands on the platform's database
"""


def main(arguments: Sequence[str]) -> int:
    """Do what one command line asks for and return the exit status."""
    if not _take_variables():
        return 1
    # Each verb imports what it needs: `status` works before anything is installed, and tests load no supervisor.
    match list(arguments):
        case [] | ["up"]:
            from onetop_backend.local.stack import up  # noqa: PLC0415

            return up(detach=False)
        case ["-d"] | ["up", "-d"]:
            from onetop_backend.local.stack import up  # noqa: PLC0415

            return up(detach=True)
        case ["stop"]:
            from onetop_backend.local.folders import state_folder  # noqa: PLC0415
            from onetop_backend.local.stopping import stop  # noqa: PLC0415

            return stop(state_folder())
        case ["status", *rest] if rest in ([], ["--json"]):
            from onetop_backend.local.folders import state_folder  # noqa: PLC0415
            from onetop_backend.local.status import print_status  # noqa: PLC0415

            return print_status(state_folder(), as_json=bool(rest))
        case ["test", *rest]:
            from onetop_backend.local.testing import run_tests  # noqa: PLC0415

            return run_tests(rest)
        case ["bench", *rest]:
            from onetop_backend.local.benching import run_benchmark  # noqa: PLC0415

            return run_benchmark(rest)
        case ["manage", *rest]:
            from onetop_backend.local.stack import manage  # noqa: PLC0415

            return manage(rest)
        case ["-h" | "--help" | "help"]:
            print(_USAGE, end="")
            return 0
    print(_USAGE, file=sys.stderr, end="")
    return 2


def _take_variables() -> bool:
    """Complete the environment from the file of variables, for this process and all that it starts."""
    try:
        from onetop_backend.settings.env import ImproperVariable, complete  # noqa: PLC0415
    except (
        ModuleNotFoundError
    ):  # nothing is installed yet: nothing runs that the file could be about
        return True
    try:
        complete(os.environ)
    except ImproperVariable as problem:
        print(f"onetop: {problem}", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
