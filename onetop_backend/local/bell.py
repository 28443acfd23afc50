"""Waiting for something to happen: a child ended, or somebody wants the stack to stop."""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress

_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(Exception):
    """Somebody asked the stack to stop."""


class Bell:
    """Turns signals into wake-ups, so that they are acted on at places that expect them and nowhere else."""

    def __init__(self) -> None:
        """Take over this process's signals."""
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in (signal.SIGCHLD, *_STOP):
            # What nohup or a script's background job ignores stays ignored; SIGTERM is never among that.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda *_: None)

    def pause(self, seconds: float) -> None:
        """Wait, at most until a signal arrives.

        :raises StopRequested: it was one that asks the stack to stop
        """
        if self.rung(seconds):
            raise StopRequested

    def rung(self, seconds: float) -> bool:
        """Wait, at most until a signal arrives, and return whether it asks the stack to stop."""
        select.select([self._read], [], [], max(0.0, seconds))
        numbers = b""
        with suppress(BlockingIOError):
            numbers = os.read(self._read, 1024)
        return any(number in _STOP for number in numbers)
