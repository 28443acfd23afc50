"""How often somebody may do something: exact counts in Redis, by scope and key (GCRA).

A scope is a name with a rate in ``settings.THROTTLE_RATES``; a key says whose turns are counted: a user's id, an
address, an account. Keys are hashed, so that Redis holds no personal data.

- A service that every way in reaches calls ``take`` itself, and ``give_back`` when the turn should not count.
- A view whose route alone is limited uses ``core.api.throttling.throttled``.

Whatever is taken during a request is told to its client by ``RateLimitMiddleware``.
"""

from __future__ import annotations

from apps.core.throttle.headers import RateLimitMiddleware
from apps.core.throttle.turns import Allowance, give_back, take

__all__ = [
    "Allowance",
    "RateLimitMiddleware",
    "give_back",
    "take",
]
