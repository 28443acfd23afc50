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
from onetop_backend.local.process import ChildFailed, stop_together
from onetop_backend.local.status import environment_of_running
from onetop_backend.local.stores import Stores
from onetop_backend.local.supervisor import GaveUp, Supervisor, say
from onetop_backend.local.sweeper import Sweeper

_STOP_SECONDS = 10


def up(*, detach: bool) -> int:
    """Start the stack; stay with it until it is stopped, or return once it is ready."""
    state = state_folder()
    lock = StateLock(state)
    try:
        lock.take(verb="up")
        wanted = environment.wanted_port()
        port = environment.free_port(wanted)
    except (Held, environment.BadPort) as problem:
        say(str(problem))
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
        ready()
        supervisor.watch()
    except StopRequested:
        say("stopping")
    except (GaveUp, ChildFailed, UnsafeFolder) as problem:
        say(str(problem))
        status = 1
    finally:
        supervisor.stop()
    say("stopped")
    return status


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
    running = environment_of_running(state)
    if running is not None:
        os.execve(sys.executable, command, {**running, **_terminal()})
    lock = StateLock(state)
    try:
        lock.take(verb="manage")
    except Held as problem:
        say(str(problem))
        return 1
    stores = Stores(state=state, logs=state / "logs")
    sweeper = Sweeper(patience=_STOP_SECONDS)
    started = []
    try:
        for service in stores.embedded:
            process = service.start()
            sweeper.watch(process)
            started.append((service, process))
        for service, process in started:
            service.wait_ready(process)
        variables = environment.environment(
            state=state,
            port=environment.wanted_port(),
            database_url=stores.database_url,
            redis_url=stores.redis_url,
        )
        # Ctrl-C is for the command; the stores are stopped after it. Ignored outright, it would be for the command too.
        signal.signal(signal.SIGINT, lambda *_: None)
        return subprocess.run(command, env=variables, check=False).returncode
    except (ChildFailed, UnsafeFolder, environment.BadPort) as problem:
        say(str(problem))
        return 1
    finally:
        stop_together(started, seconds=_STOP_SECONDS)
        for _, process in started:
            sweeper.forget(process)
        sweeper.close()


def _terminal() -> dict[str, str]:
    """Return what a command should know of the terminal it was started from."""
    return {
        name: value
        for name in ("TERM", "COLUMNS", "LINES", "LANG", "LC_ALL")
        if (value := os.environ.get(name))
    }
