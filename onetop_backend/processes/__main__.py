"""`python -m onetop_backend.processes ROLE [ARGUMENT…]` becomes that process; `… health ROLE` asks it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from onetop_backend.processes.health import Unhealthy, check
from onetop_backend.processes.roles import ROLES, UnknownRole, command_of, schedule

_USAGE = f"""\
usage: python -m onetop_backend.processes ROLE [ARGUMENT…]
       python -m onetop_backend.processes health ROLE
roles: {" ".join(ROLES)}"""


def main(arguments: Sequence[str]) -> int:
    """Become the process of a role, or return 0 or 1 for its health, and 2 for what is not understood."""
    try:
        match arguments:
            case ["health", role]:
                check(role)
                return 0
            case [role, *rest] if role != "health":
                command = command_of(role, rest)
                if role == "beat":
                    schedule().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                # Instead of this process: signals and the exit status are those of what it becomes.
                os.execv(command[0], command)  # noqa: S606 - our own interpreter
    except Unhealthy as error:
        print(error)  # noqa: T201 - kept by the engine as the result of the check
        return 1
    except UnknownRole as error:
        print(f"{error} is not such a role", file=sys.stderr)  # noqa: T201
    print(_USAGE, file=sys.stderr)  # noqa: T201
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
