"""The verbs that start and use the stack."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from onetop_backend.local import environment
from onetop_backend.local.bell import StopRequested
from onetop_backend.local.folders import ROOT, UnsafeFolder, state_folder
from onetop_backend.local.lock import Held, StateLock
from onetop_backend.local.opening import opened
from onetop_backend.local.process import ChildFailed
from onetop_backend.local.status import environment_of_running, last_failure
from onetop_backend.local.supervisor import GaveUp, Supervisor, say

_HINT = "`./run doctor` looks for the reason and says how to put it right"


def up(*, detach: bool) -> int:
    """Start the stack; stay with it until it is stopped, or return once it is ready."""
    state = state_folder()
    lock = StateLock(state)
    try:
        wanted = environment.wanted_port()
        lock.take(verb="up")
        port = environment.free_port(wanted)
    except (Held, environment.BadPort) as problem:
        say(str(problem))
        return 1
    except OSError as problem:
        say(f"the state folder {state} cannot be used: {problem}")
        say(_HINT)
        return 1
    if port != wanted:
        say(f"port {wanted} is busy, using {port}")
    lock.describe(verb="up", url=f"http://127.0.0.1:{port}")
    if detach:
        return _in_background(lambda ready: _stay(state, lock, port, ready), state)
    return _stay(state, lock, port, lambda: None)


def _stay(state: Path, lock: StateLock, port: int, ready: Callable[[], None]) -> int:
    lock.describe(verb="up", url=f"http://127.0.0.1:{port}")
    supervisor = Supervisor(state=state, lock=lock, port=port)
    status = 0
    try:
        say(supervisor.start(), prefix="")
        last_failure(state).remove()
        ready()
        supervisor.watch()
    except StopRequested:
        say("stopping")
    except (GaveUp, ChildFailed, UnsafeFolder, OSError) as problem:
        say(str(problem))
        say(_HINT)
        _remember(state, str(problem))
        status = 1
    finally:
        supervisor.stop()
    say("stopped")
    return status


def _remember(state: Path, reason: str) -> None:
    """Write down for the doctor why the stack ended by itself, where there is room for it."""
    try:
        last_failure(state).write({"reason": reason})
    except OSError as problem:
        say(f"that could not be written down: {problem}")


def _in_background(work: Callable[[Callable[[], None]], int], state: Path) -> int:
    """Go on in a process of its own that no terminal can end; return when it says that it is ready."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.setsid()

        def ready() -> None:
            say("It runs in the background: ./run status, ./run stop", prefix="")
            log = os.open(
                state / "logs" / "supervisor.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
            )
            nothing = os.open(os.devnull, os.O_RDONLY)
            for source, target in ((nothing, 0), (log, 1), (log, 2)):
                os.dup2(source, target)
            os.write(writer, b"ready")
            os.close(writer)

        os._exit(work(ready))
    os.close(writer)
    # Ctrl-C before it is ready stops it; it is in a session of its own and does not hear the terminal.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os.kill(child, signal.SIGTERM))
    with os.fdopen(reader, "rb") as pipe:
        if pipe.read():
            return 0
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) or 1


def manage(arguments: Sequence[str]) -> int:
    """Run one of Django's commands on the stack's stores, which are started for it when they do not run."""
    state = state_folder()
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    try:
        running = environment_of_running(state)
        if running is not None:
            os.execve(sys.executable, command, {**running, **_terminal()})
        with opened(state, verb="manage") as variables:
            # Ctrl-C is for the command; the stores are stopped after it. Ignored outright, it would be for the
            # command too.
            signal.signal(signal.SIGINT, lambda *_: None)
            return subprocess.run(command, env=variables, check=False).returncode
    except (Held, environment.BadPort) as problem:
        say(str(problem))
    except (ChildFailed, UnsafeFolder, OSError) as problem:
        say(str(problem))
        say(_HINT)
    return 1


def celery(arguments: Sequence[str]) -> int:
    """Run one of Celery's commands on the workers and the broker of the running stack."""
    running = environment_of_running(state_folder())
    if running is not None:
        command = [sys.executable, "-m", "celery", "--app", "onetop_backend", *arguments]
        os.execve(sys.executable, command, {**running, **_terminal()})
    say("no stack is running, so there are no workers to ask; start it with ./run -d")
    return 1


def _terminal() -> dict[str, str]:
    """Return what a command should know of the terminal it was started from."""
    return {
        name: value
        for name in ("TERM", "COLUMNS", "LINES", "LANG", "LC_ALL")
        if (value := os.environ.get(name))
    }
