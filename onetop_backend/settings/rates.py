"""How often things may be done: each scope of ``core.throttle`` has the variable of its name."""

from __future__ import annotations

from onetop_backend.variables import RATES, current

_env = current()

THROTTLE_RATES: dict[str, tuple[int, int] | None] = {
    name.removesuffix("_RATE").lower(): _env[name] for name in RATES
}
