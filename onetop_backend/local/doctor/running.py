"""The stack itself: who holds the folder, which port, and whether its processes stay alive. Standard library alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from onetop_backend.local import environment
from onetop_backend.local.doctor.findings import Finding, ok, warning, wrong
from onetop_backend.local.doctor.scene import Scene
from onetop_backend.local.lock import StateLock
from onetop_backend.local.process import tail
from onetop_backend.local.status import describe, last_failure

_ANSWER_SECONDS = 5


def lock(scene: Scene) -> Iterator[Finding]:
    """Look who holds the state folder, and whether that is somebody one can talk to."""
    held = scene.holder
    named = StateLock(scene.state).named()
    if held is None:
        yield ok(f"free; process {named}, which it names, is gone" if named else "free")
    elif scene.holder_lives:
        yield ok(f"held by `./run {held.verb}` (pid {held.pid})")
    else:
        holders = list(_who_has_open(scene.state / "lock"))
        scene.unusable.append("somebody else holds the state folder")
        if holders:
            pid, command = holders[0]
            yield wrong(f"held by process {pid}, which is no ./run: {command}", f"kill {pid}")
        else:
            yield wrong(
                "held by a process that cannot be seen from here, perhaps in another container",
                "end it there, or choose another folder: ONETOP_STATE=/another/folder ./run",
            )


def port(scene: Scene) -> Iterator[Finding]:
    """Look whether the port is free for the next start."""
    try:
        wanted = environment.wanted_port(scene.environ)
        free = wanted if scene.running else environment.free_port(wanted)
    except environment.BadPort as problem:
        yield wrong(str(problem), "ONETOP_PORT=8000 ./run")
        return
    if scene.running:
        yield ok(f"{scene.running['ONETOP_PORT']}, where this stack answers")
    elif free == wanted:
        yield ok(f"{wanted} is free")
    else:
        yield warning(
            f"{wanted} is taken by {_listener(wanted)}; ./run would use {free} instead",
            f"end that process, or choose a port: ONETOP_PORT={free} ./run",
        )


def processes(scene: Scene) -> Iterator[Finding]:
    """Look whether the processes of a running stack live, and why one that does not run ended."""
    if scene.holder is not None and not scene.holder_lives:
        return
    status: dict[str, Any] = describe(scene.state) if scene.holder else {"state": "stopped"}
    match status["state"]:
        case "stopped":
            reason = str(last_failure(scene.state).read().get("reason", ""))
            if reason:
                lines = reason.splitlines()
                end = f" … {lines[-1].strip()}" if lines[1:] else ""
                yield warning(
                    f"the last ./run gave up: {lines[0]}{end}",
                    "put right what it says, then ./run",
                )
            else:
                yield ok("no stack is running")
            return
        case "ready":
            yield _answer(status["url"])
        case stage:
            yield ok(f"`./run` is busy: {stage}")
    # One that ended once and was started again is well; it is told as long as it is away.
    ill = [
        child
        for child in status.get("children", ())
        if child["failures"] and (child["failures"] > 1 or child["state"] != "running")
    ]
    for child in ill:
        last = tail(Path(child["log"]), 1).strip() or "nothing"
        yield wrong(
            f"{child['name']} ended {child['failures']} times in a row; it said last: {last}",
            f"put right what the end of {child['log']} says, then ./run stop and ./run",
        )
    if status.get("children") and not ill:
        yield ok(f"{len(status['children'])} processes run")


def _answer(url: str) -> Finding:
    address = f"{url}/health/ready/"
    again = "./run stop, then ./run"
    try:
        with urlopen(address, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - our own address
            status = int(answer.status)
    except HTTPError as answer:
        status = answer.code
    except (URLError, OSError) as problem:
        return wrong(f"{address} does not answer: {problem}", again)
    if status != HTTPStatus.OK:
        return wrong(f"{address} answers {status}", f"see the checks below, or {again}")
    return ok(f"ready at {url}")


def _who_has_open(path: Path) -> Iterator[tuple[int, str]]:
    """Yield number and command of every other process that has a file open, of those that may be looked at."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int(folder.name) != os.getpid() and any(
                entry.samefile(path) for entry in folder.glob("fd/*") if entry.exists()
            ):
                command = (
                    (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
                yield int(folder.name), command.strip()


def _listener(number: int) -> str:
    """Name the process that listens on a port."""
    try:
        import psutil  # noqa: PLC0415 - not there before the installation
    except ModuleNotFoundError:
        return "another process"
    with suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN
            if listens and getattr(connection.laddr, "port", 0) == number and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return "a process of another user"
