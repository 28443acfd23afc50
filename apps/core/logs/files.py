"""Log files that several processes write: 10 MB each, the last ten kept."""

from __future__ import annotations

import fcntl
import logging
from logging.handlers import WatchedFileHandler
from pathlib import Path

LARGEST = 10_000_000
KEPT = 10


class SharedFileHandler(WatchedFileHandler):
    """Appends to a file and starts a new one when it is full.

    The standard library's handler assumes one process: two would each rename the other's file. Here whoever finds the
    file full renames it under a lock, and the others notice that the name leads to another file now.
    """

    def __init__(self, filename: str, *, delay: bool = True) -> None:
        Path(filename).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(filename, encoding="utf-8", delay=delay)

    def emit(self, record: logging.LogRecord) -> None:
        """Write an entry, in a new file when this one is full."""
        if self._size() >= LARGEST:
            self._turn_over()
        super().emit(record)

    def _size(self) -> int:
        try:
            return Path(self.baseFilename).stat().st_size
        except FileNotFoundError:
            return 0

    def _turn_over(self) -> None:
        name = self.baseFilename
        with Path(f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._size() < LARGEST:
                return
            for number in range(KEPT - 1, 0, -1):
                older = Path(f"{name}.{number}")
                if older.exists():
                    older.replace(f"{name}.{number + 1}")
            Path(name).replace(f"{name}.1")
