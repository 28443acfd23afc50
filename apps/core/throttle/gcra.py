"""The generic cell rate algorithm in one Redis call: a key holds the one moment at which its debt is paid.

Each turn moves that moment on by the interval of the rate (``window / quota``); a turn is refused when the debt
would exceed the quota. So a quota may be used at once, comes back turn by turn, and costs one number to keep.
(ITU-T I.371, the virtual scheduling algorithm; refused turns cost nothing.)
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

import structlog
from django.conf import settings
from django_redis import get_redis_connection
from redis.exceptions import NoScriptError, RedisError

# The clock is the caller's: the hosts' clocks agree to milliseconds, and a test can stop it. A moment beyond a full
# debt, which a clock that ran ahead wrote, is cut, so that no clock shuts anybody out for longer than a window.
_SCRIPT = """
local now, interval, full = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local paid = tonumber(redis.call('GET', KEYS[1]) or now)
paid = math.min(math.max(paid, now), now + full)
local moved, admitted = math.max(paid + interval, now), 1
if moved > now + full then
  moved, admitted = paid, 0
end
redis.call('SET', KEYS[1], string.format('%.0f', moved), 'PX', math.max(1, math.ceil((moved - now) / 1000)))
return {admitted, moved - now}
"""
_SHA = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()
_PAUSE_SECONDS = 1.0

log = structlog.stdlib.get_logger("onetop.throttle")


@dataclass(frozen=True, kw_only=True)
class Debt:
    """What a key owes after a turn, in microseconds; ``admitted`` tells whether the turn was one."""

    admitted: bool
    micros: int


class _Store:
    """Redis, left alone for a second after it failed: an outage must not cost every request a timeout."""

    def __init__(self) -> None:
        self._away_until = 0.0

    def move(self, key: str, *, interval: int, full: int) -> Debt | None:
        if time.monotonic() < self._away_until:
            return None
        arguments = (1, key, time.time_ns() // 1000, interval, full)
        try:
            redis = get_redis_connection("public")
            try:
                admitted, micros = redis.evalsha(_SHA, *arguments)
            except NoScriptError:
                admitted, micros = redis.eval(_SCRIPT, *arguments)
        except RedisError as error:
            self._away_until = time.monotonic() + _PAUSE_SECONDS
            log.warning("throttles_admit_everything", reason=type(error).__name__)
            return None
        return Debt(admitted=bool(admitted), micros=micros)

    def forget_outage(self) -> None:
        """Ask Redis again at once."""
        self._away_until = 0.0


store = _Store()


def interval_of(*, quota: int, window: int) -> int:
    """Return the microseconds after which one turn of ``quota`` in ``window`` seconds comes back."""
    return window * 1_000_000 // quota


def take(*, scope: str, key: str, quota: int, window: int) -> Debt | None:
    """Use a turn, or learn that there is none; None when Redis does not answer."""
    interval = interval_of(quota=quota, window=window)
    return store.move(_name(scope, key), interval=interval, full=quota * interval)


def give_back(*, scope: str, key: str, quota: int, window: int) -> Debt | None:
    """Return a turn; a key that owes nothing stays as it is. None when Redis does not answer."""
    interval = interval_of(quota=quota, window=window)
    return store.move(_name(scope, key), interval=-interval, full=quota * interval)


def _name(scope: str, key: str) -> str:
    secret = settings.SECRET_KEY.encode()[: hashlib.blake2b.MAX_KEY_SIZE]
    digest = hashlib.blake2b(key.encode(), key=secret, digest_size=16).hexdigest()
    return f"onetop:throttle:{scope}:{digest}"
