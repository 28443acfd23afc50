"""`./run reset`: back to the beginning. Apart from the rest, so that it works when nothing is installed."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from onetop_backend.local.folders import foreign_entries, stand_in
from onetop_backend.local.lock import Held, StateLock

_LOCK = "lock"


def reset(state: Path, *, sure: bool) -> int:
    """Delete the state folder after asking; return 1 when it may not be deleted, or nobody says yes."""
    if not state.exists():
        print(f"onetop: there is nothing to delete: {state} does not exist")
        return 0
    lock = StateLock(state)
    refusal = _refusal(state)
    if refusal is None and not sure and not _asks(state):
        refusal = "nothing was deleted"
    if refusal is None:
        try:
            lock.take(verb="reset")
            _delete(state)
        except (Held, OSError) as problem:
            refusal = str(problem)
    if refusal is not None:
        print(f"onetop: {refusal}", file=sys.stderr)
        return 1
    print(f"onetop: {state} is deleted; ./run makes it anew")
    return 0


def _refusal(state: Path) -> str | None:
    """Return why a folder may not be deleted; None when it may."""
    try:
        holder = StateLock(state).holder()
        if holder is not None:
            return str(holder)
        foreign = foreign_entries(state)
    except OSError as problem:
        return f"{state} cannot be deleted: {problem.strerror}"
    if not (state / _LOCK).is_file() or foreign:
        held = f": it holds {', '.join(foreign[:3])}" if foreign else ""
        return (
            f"{state} is not a folder that ./run alone wrote{held}. "
            "Move away what is yours, or see that ONETOP_STATE names the right folder"
        )
    return None


def _asks(state: Path) -> bool:
    if not sys.stdin.isatty():
        print("onetop: nobody can answer here; say it with ./run reset --yes", file=sys.stderr)
        return False
    print(f"This deletes {state}: the database, Redis, mails, files, logs and generated secrets.")
    try:
        return input("Type yes to delete it: ").strip().lower() == "yes"
    except EOFError:
        return False


def _delete(state: Path) -> None:
    """Delete everything, the lock last: until then nobody else can begin in the folder.

    :raises OSError: something cannot be deleted
    """
    for entry in state.iterdir():
        if entry.name == _LOCK:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    elsewhere = stand_in(state)
    if elsewhere.is_dir() and elsewhere.lstat().st_uid == os.geteuid():
        shutil.rmtree(elsewhere)
    (state / _LOCK).unlink()
    state.rmdir()
