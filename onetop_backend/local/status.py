"""What a running stack tells about itself, for `./run status` and `./run manage`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from onetop_backend.local.lock import StateLock

_PRIVATE = "environment"


class StatusFile:
    """A file in the state folder that its owner alone may read: addresses of stores may hold passwords."""

    def __init__(self, state: Path, name: str = "status.json") -> None:
        """Name the file of a state folder."""
        self._path = state / name

    def write(self, status: Mapping[str, Any]) -> None:
        """Replace the file, so that a reader sees the old or the new one and never half of one."""
        unfinished = self._path.with_suffix(".new")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(status, file)
        unfinished.replace(self._path)

    def remove(self) -> None:
        """Take the file away."""
        self._path.unlink(missing_ok=True)

    def read(self) -> dict[str, Any]:
        """Return what was written last; nothing when there is no file."""
        try:
            status: dict[str, Any] = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return status


def last_failure(state: Path) -> StatusFile:
    """Return the file that tells why the stack ended by itself the last time; a start that works removes it."""
    return StatusFile(state, "last_failure.json")


def describe(state: Path) -> dict[str, Any]:
    """Return the present state of the stack, without secrets."""
    holder = StateLock(state).holder()
    if holder is None:
        return {"state": "stopped"}
    status = StatusFile(state).read()
    if status.get("pid") != holder.pid:
        return {"state": "starting" if holder.verb == "up" else holder.verb, "pid": holder.pid}
    status.pop(_PRIVATE, None)
    return status


def environment_of_running(state: Path) -> dict[str, str] | None:
    """Return the environment of the running stack's processes; None when none runs."""
    holder = StateLock(state).holder()
    if holder is None or holder.verb != "up":
        return None
    environment: dict[str, str] | None = StatusFile(state).read().get(_PRIVATE)
    return environment


def print_status(state: Path, *, as_json: bool) -> int:
    """Print the state of the stack; return 0 when it is ready and 1 when not."""
    status = describe(state)
    if as_json:
        print(json.dumps(status, indent=2))
    else:
        print(f"{status['state']}" + (f", pid {status['pid']}" if "pid" in status else ""))
        if "url" in status:
            print(f"  {status['url']}")
        for child in status.get("children", ()):
            pid = child["pid"] or "-"
            print(
                f"  {child['name']:<10} {child['state']:<8} pid {pid}, {child['restarts']} restarts"
            )
    return 0 if status["state"] == "ready" else 1
