"""One stack for each state folder: who holds it, and what the holder says about itself."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PASSING_SECONDS = 2.0
_POLL_SECONDS = 0.01


class Held(Exception):
    """Somebody else holds the state folder; the attributes say who."""

    def __init__(self, holder: Mapping[str, Any]) -> None:
        """Describe the holder by what it wrote into the lock file."""
        self.pid = int(holder.get("pid", 0))
        self.verb = str(holder.get("verb", "up"))
        self.url = str(holder.get("url", ""))
        where = f" at {self.url}" if self.url else ""
        command = "./run" if self.verb == "up" else f"./run {self.verb}"
        end = "`./run stop` ends it" if self.verb == "up" else "wait until it ends"
        if self.pid:
            text = f"`{command}` is running already{where} (pid {self.pid}); {end}"
        else:
            text = "a process that does not say its name holds the state folder; `./run doctor` finds it"
        super().__init__(text)


class StateLock:
    """A lock that the kernel gives back when its holder ends, however it ends."""

    def __init__(self, state: Path) -> None:
        """Name the lock of a state folder."""
        self._path = state / "lock"
        self._descriptor: int | None = None

    def take(self, *, verb: str, url: str = "") -> None:
        """Take the lock until this process ends, a forked continuation of it included.

        :raises Held: when somebody else has it
        """
        while True:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            holder = self._try(descriptor, fcntl.LOCK_EX)
            if holder is not None:
                os.close(descriptor)
                raise holder
            if self._is_the_file(descriptor):
                break
            # `./run reset` took the file away between the opening and the taking: a lock that nobody else would find.
            os.close(descriptor)
        self._descriptor = descriptor
        self.describe(verb=verb, url=url)

    def describe(self, *, verb: str, url: str = "") -> None:
        """Write down who holds the lock, for those who find it taken."""
        if self._descriptor is not None:
            text = json.dumps({"pid": os.getpid(), "verb": verb, "url": url}).encode()
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text, 0)

    def release(self) -> None:
        """Give the lock back."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def holder(self) -> Held | None:
        """Return who holds the lock, or None when nobody does."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            return self._try(descriptor, fcntl.LOCK_SH)
        finally:
            os.close(descriptor)

    def named(self) -> int:
        """Return the process that the file names, whether or not it lives; 0 when it names none."""
        return int(self._read().get("pid", 0))

    def _is_the_file(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return False

    def _try(self, descriptor: int, kind: int) -> Held | None:
        """Take the lock, or return its holder.

        A lock whose holder is not named yet, or no longer alive, is only passing through somebody's hands:
        those of a stack that is about to write its name, or of someone who looks as we do.
        """
        deadline = time.monotonic() + _PASSING_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                named = self._read()
                if is_alive(int(named.get("pid", 0))) or time.monotonic() > deadline:
                    return Held(named)
            else:
                return None
            time.sleep(_POLL_SECONDS)

    def _read(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return found


def is_alive(pid: int) -> bool:
    """Return whether there is a process with this number."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
