"""One stack for each state folder: who holds it, and what the holder says about itself."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Held(Exception):
    """Somebody else holds the state folder; the attributes say who."""

    def __init__(self, holder: Mapping[str, Any]) -> None:
        """Describe the holder by what it wrote into the lock file."""
        self.pid = int(holder.get("pid", 0))
        self.verb = str(holder.get("verb", "up"))
        self.url = str(holder.get("url", ""))
        where = f" at {self.url}" if self.url else ""
        super().__init__(f"`./run {self.verb}` is running already{where} (pid {self.pid})")


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
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise Held(self._read()) from None
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
            os.close(self._descriptor)
            self._descriptor = None

    def holder(self) -> Held | None:
        """Return who holds the lock, or None when nobody does."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return Held(self._read())
        finally:
            os.close(descriptor)
        return None

    def _read(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return found
