"""The verbs of `./run`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence

_USAGE = """\
./run                   start the platform and stay; Ctrl-C stops it
./run -d                start it in the background
./run stop              stop it
./run status [--json]   what runs, and where
./run test [arguments]  run the tests; --slow and --nightly add the long ones, the rest goes to pytest
./run bench [name]      measure; without a name, tell what can be measured
./run doctor [--json]   what is wrong here, and how to put each thing right; starts nothing that stays
./run reset [--yes]     delete the database, Redis, mails and files, after asking
./run manage [command]  Django's commands on the platform's database; without one, the list of them
./run shell             Python with Django, on the platform's database
./run celery [command]  Celery's commands on the running workers: ./run celery inspect active_queues

ONETOP_PORT (8000) and ONETOP_STATE (.state) move it; DATABASE_URL and REDIS_URL replace its servers.
"""


def main(arguments: Sequence[str]) -> int:
    """Do what one command line asks for and return the exit status."""
    verb, *rest = arguments or ["up"]
    if verb == "-d":
        verb, rest = "up", [*arguments]
    status: int | None = None
    if verb in _VERBS:
        # The doctor tells what is wrong with the variables among the rest.
        if verb not in {"doctor", "help", "--help", "-h"} and not _take_variables():
            return 1
        try:
            status = _VERBS[verb](rest)
        except PermissionError as problem:
            print(f"onetop: {problem}", file=sys.stderr)
            print("onetop: `./run doctor` says how to put it right", file=sys.stderr)
            return 1
    if status is None:
        print(f"onetop: `./run {' '.join(arguments)}` is not known; these are:\n", file=sys.stderr)
        print(_USAGE, file=sys.stderr, end="")
        return 2
    return status


# Each verb imports what it needs: `status` works before anything is installed, and tests load no supervisor. None is
# the answer to arguments that a verb does not know.


def _up(rest: list[str]) -> int | None:
    if rest not in ([], ["-d"]):
        return None
    from onetop_backend.local.stack import up  # noqa: PLC0415

    return up(detach=bool(rest))


def _stop(rest: list[str]) -> int | None:
    if rest:
        return None
    from onetop_backend.local.folders import state_folder  # noqa: PLC0415
    from onetop_backend.local.stopping import stop  # noqa: PLC0415

    return stop(state_folder())


def _status(rest: list[str]) -> int | None:
    if rest not in ([], ["--json"]):
        return None
    from onetop_backend.local.folders import state_folder  # noqa: PLC0415
    from onetop_backend.local.status import print_status  # noqa: PLC0415

    return print_status(state_folder(), as_json=bool(rest))


def _test(rest: list[str]) -> int:
    from onetop_backend.local.testing import run_tests  # noqa: PLC0415

    return run_tests(rest)


def _bench(rest: list[str]) -> int:
    from onetop_backend.local.benching import run_benchmark  # noqa: PLC0415

    return run_benchmark(rest)


def _doctor(rest: list[str]) -> int | None:
    if rest not in ([], ["--json"]):
        return None
    from onetop_backend.local.doctor.command import examine  # noqa: PLC0415

    return examine(as_json=bool(rest))


def _reset(rest: list[str]) -> int | None:
    if rest not in ([], ["--yes"]):
        return None
    from onetop_backend.local.folders import state_folder  # noqa: PLC0415
    from onetop_backend.local.reset import reset  # noqa: PLC0415

    return reset(state_folder(), sure=bool(rest))


def _manage(rest: list[str]) -> int:
    from onetop_backend.local.stack import manage  # noqa: PLC0415

    return manage(rest)


def _shell(rest: list[str]) -> int:
    return _manage(["shell", *rest])


def _celery(rest: list[str]) -> int:
    from onetop_backend.local.stack import celery  # noqa: PLC0415

    return celery(rest)


def _help(rest: list[str]) -> int:
    print(_USAGE, end="")
    return 0


_VERBS: Mapping[str, Callable[[list[str]], int | None]] = {
    "up": _up,
    "stop": _stop,
    "status": _status,
    "test": _test,
    "bench": _bench,
    "doctor": _doctor,
    "reset": _reset,
    "manage": _manage,
    "shell": _shell,
    "celery": _celery,
    "help": _help,
    "--help": _help,
    "-h": _help,
}


def _take_variables() -> bool:
    """Complete the environment from the file of variables, for this process and all that it starts."""
    try:
        from onetop_backend import variables  # noqa: PLC0415
    except ModuleNotFoundError:
        return True  # nothing is installed yet: nothing runs that the file could be about
    try:
        variables.complete(os.environ)
    except variables.ImproperVariable as problem:
        print(f"onetop: {problem}", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
