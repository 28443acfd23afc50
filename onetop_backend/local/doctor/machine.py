"""What the machine gives: Python, an installation, room, and a folder to write to. Needs the standard library alone."""

from __future__ import annotations

import errno
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from onetop_backend.local import bootstrap
from onetop_backend.local.doctor.findings import Finding, ok, warning, wrong
from onetop_backend.local.doctor.scene import Scene
from onetop_backend.local.folders import ROOT, is_there, stand_in
from onetop_backend.local.postgres import leftover

_MIB = 1024**2
# A new database with its log of changes takes 60 MiB; an installation with the tests' tools 850.
_NEEDED_STATE = 150 * _MIB
_NEEDED_VENV = 1000 * _MIB
_COMFORT = 1000 * _MIB
_NEEDED_INODES = 5_000


def python(scene: Scene) -> Iterator[Finding]:
    """Look at the interpreter and at what it needs to make an environment."""
    version = f"Python {platform.python_version()} on {sys.platform} {platform.machine()}"
    lacking = bootstrap.missing_modules()
    if lacking:
        yield wrong(
            f"{version} was built without {' and '.join(lacking)}",
            "rm -rf .venv, and name another one: PYTHON=/path/to/python3 ./run",
        )
    elif not bootstrap.is_installed() and not bootstrap.has_venv_module():
        yield wrong(f"{version} has no venv and ensurepip modules", bootstrap.way_to_venv_module())
    else:
        yield ok(version)


def installation(scene: Scene) -> Iterator[Finding]:
    """Look whether .venv fits the locked requirements."""
    if bootstrap.is_installed():
        yield ok(f".venv fits requirements/{bootstrap.installed_profile()}.txt")
    elif not bootstrap.PYTHON.exists():
        yield warning("nothing is installed yet; what needs it is not looked at", "./run")
    elif not bootstrap.STAMP.exists():
        yield warning("an installation into .venv was broken off", "./run finishes it")
    else:
        yield warning("requirements/ or Python changed since .venv was made", "./run brings it up")


def disk(scene: Scene) -> Iterator[Finding]:
    """Look whether there is room for the data and, before the installation, for the libraries."""
    places = [(_existing(scene.state), "the state folder", _NEEDED_STATE)]
    if not bootstrap.is_installed():
        places.append((ROOT, "the libraries", _NEEDED_VENV))
    for place, what, needed in places:
        facts = os.statvfs(place)
        free = facts.f_bavail * facts.f_frsize
        text = f"{free // _MIB:,} MiB are free for {what} ({place})"
        move = " or put it elsewhere: ONETOP_STATE=/another/folder ./run" if place != ROOT else ""
        if facts.f_files and facts.f_favail < _NEEDED_INODES:
            yield wrong(
                f"{place} has room for {facts.f_favail} more files only; {_NEEDED_INODES:,} are needed",
                f"delete files there,{move}" if move else "delete files there",
            )
        elif free < needed:
            yield wrong(f"{text}; {needed // _MIB} MiB are needed", f"free some,{move}".rstrip(","))
        elif free < _COMFORT:
            yield warning(text, f"free some before it fills up,{move}".rstrip(","))
        else:
            yield ok(text)


def state(scene: Scene) -> Iterator[Finding]:
    """Look whether the state folder can be written, and what a start that was broken off left in it."""
    problem = _write_problem(_existing(scene.state))
    if problem is not None:
        scene.unusable.append("the state folder cannot be written")
        yield problem
        return
    yield ok(f"{scene.state} can be written" + ("" if scene.state.exists() else " (not made yet)"))
    for data in (scene.state / "postgres", stand_in(scene.state) / "postgres"):
        if data.with_name("postgres.new").exists() and scene.holder is None:
            yield warning(f"making the database in {data} was broken off", "./run makes it anew")
        if data.is_dir() and not _is_complete(data):
            scene.unusable.append("the database's folder is not complete")
            yield wrong(
                f"{data} is not a complete database", "./run reset deletes it, ./run makes it anew"
            )
        if scene.holder is None and (process := leftover(data)) is not None:
            scene.unusable.append("a server that is gone left its lock file")
            yield warning(
                f"{data}/postmaster.pid was left by a server that is gone; {process} has its number now",
                "./run takes the file away",
            )


def _is_complete(data: Path) -> bool:
    try:
        return (data / "PG_VERSION").is_file() and (data / "global" / "pg_control").is_file()
    except PermissionError:
        return True  # it belongs to the user that the server runs as


def _existing(folder: Path) -> Path:
    while not is_there(folder):
        folder = folder.parent
    return folder


def _write_problem(folder: Path) -> Finding | None:
    """Write a file of a page and return what came of it; permissions and full disks lie until one tries."""
    elsewhere = "choose another: ONETOP_STATE=/another/folder ./run"
    if not folder.is_dir():
        return wrong(f"{folder} is not a folder", f"move it away, or {elsewhere}")
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
            file.flush()
    except OSError as error:
        fixes = {
            errno.EROFS: f"make its file system writable (mount -o remount,rw …), or {elsewhere}",
            errno.EACCES: f"let this user write it (sudo chown -R $(id -u) {folder}), or {elsewhere}",
            errno.ENOSPC: f"free some room there, or {elsewhere}",
            errno.EDQUOT: f"free some room there, or {elsewhere}",
        }
        fix = fixes.get(error.errno or 0, elsewhere)
        return wrong(f"the state folder {folder} cannot be written: {error.strerror}", fix)
    return None
