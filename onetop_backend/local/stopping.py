"""`./run stop`; apart from the rest, so that it works when nothing is installed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from onetop_backend.local.lock import StateLock

_STOP_SECONDS = 45
_POLL_SECONDS = 0.05


def stop(state: Path) -> int:
    """Stop the running stack and wait until it is gone; return 1 when it is not."""
    lock = StateLock(state)
    holder = lock.holder()
    if holder is None:
        print("onetop: nothing is running")
        return 0
    # Without a name there is nobody to ask; process 0 would be this process and all its relatives.
    if holder.verb != "up" or holder.pid <= 0:
        print(f"onetop: {holder}")
        return 1
    os.kill(holder.pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while lock.holder() is not None:
        if time.monotonic() > deadline:
            print(f"onetop: pid {holder.pid} is still stopping after {_STOP_SECONDS} s")
            return 1
        time.sleep(_POLL_SECONDS)
    print("onetop: stopped")
    return 0
