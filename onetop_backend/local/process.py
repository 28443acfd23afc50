"""Starting and ending child processes so that none outlives the one that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeAlias

Process: TypeAlias = subprocess.Popen[bytes]
Pause: TypeAlias = Callable[[float], object]
StopSteps: TypeAlias = tuple[tuple[float, signal.Signals], ...]

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.01
_TAIL_BYTES = 64 * 1024


class ChildFailed(Exception):
    """A child process ended, or never became ready; the text ends with the last lines of its log."""


class Service(Protocol):
    """Something that runs as one child process."""

    @property
    def name(self) -> str:
        """Return what people call it."""

    @property
    def log(self) -> Path:
        """Return the file that its output goes to."""

    @property
    def stop_steps(self) -> StopSteps:
        """Return the signal that ends it, and those that follow after so many seconds of waiting."""

    def start(self) -> Process:
        """Start the process."""

    def wait_ready(self, process: Process, pause: Pause = time.sleep) -> None:
        """Return when the process serves.

        :raises ChildFailed: when it does not
        """


def die_with_parent(number: signal.Signals) -> None:
    """Ask the kernel to send this process a signal when its parent ends, where the kernel can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number))


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    user: int | None = None,
) -> Process:
    """Start a child that leads a process group of its own, writes to a log and dies with this process.

    Call it from the main thread only: the kernel means the thread, not the process, when it says parent.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        # A script that started this in the background had these ignored, and a shell cannot take that back.
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        # The parent may have died before the kernel was asked.
        if os.getppid() != parent:
            os._exit(1)

    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            process_group=0,
            preexec_fn=prepare,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )


def wait_until(
    ready: Callable[[], bool],
    *,
    process: Process,
    service: str,
    log: Path,
    seconds: float,
    pause: Pause = time.sleep,
) -> None:
    """Return as soon as a child is ready.

    :raises ChildFailed: when it ended instead, or is not ready in time
    """
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise ChildFailed(f"{service} {ending(process)}\n{tail(log)}")
        if time.monotonic() > deadline:
            raise ChildFailed(f"{service} is not ready after {seconds:.0f} s\n{tail(log)}")
        pause(_POLL_SECONDS)


def stop_together(
    running: Sequence[tuple[Service, Process]],
    *,
    seconds: float,
    pause: Pause = time.sleep,
) -> list[str]:
    """Stop services side by side, kill what is left of their groups, and name those that had to be killed.

    ``pause`` returns something true to say that nobody wants to wait any longer.
    """
    began = time.monotonic()
    steps = {process.pid: list(service.stop_steps) for service, process in running}
    late = list(running)
    while late := [(service, process) for service, process in late if process.poll() is None]:
        elapsed = time.monotonic() - began
        if elapsed > seconds:
            break
        for _, process in late:
            remaining = steps[process.pid]
            while remaining and remaining[0][0] <= elapsed:
                process.send_signal(remaining.pop(0)[1])
        if pause(_POLL_SECONDS):
            break
    for _, process in running:
        kill_group(process)
    return [service.name for service, _ in late]


def kill_group(process: Process) -> None:
    """Kill what is left of a child's process group, and reap the child."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ending(process: Process) -> str:
    """Tell how a process ended."""
    status = process.returncode
    if status is not None and status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def tail(log: Path, lines: int = 20, *, after: int = 0) -> str:
    """Return the last lines of a log, of those that came after its first so many bytes."""
    try:
        with log.open("rb") as file:
            file.seek(max(after, log.stat().st_size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
