"""Identifiers: UUID version 7 (RFC 9562 §5.7), ordered by time and monotonic within a process."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last_tick = 0


def uuid7() -> UUID:
    """Return a new version 7 UUID, greater than every earlier one of this process.

    48 bits are milliseconds since 1970; the 12 bits of ``rand_a`` carry the sub-millisecond fraction
    (RFC 9562 §6.2, method 3), which a clock that stands still or runs back advances by one.
    """
    global _last_tick
    tick = (time.time_ns() << 12) // 1_000_000
    with _lock:
        tick = max(tick, _last_tick + 1)
        _last_tick = tick
    milliseconds, fraction = tick >> 12, tick & 0xFFF
    random_bits = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return UUID(
        int=(milliseconds << 80) | (7 << 76) | (fraction << 64) | (0b10 << 62) | random_bits
    )
