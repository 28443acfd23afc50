"""Fixed identifiers of the demo world, so that it is the same on every machine."""

from __future__ import annotations

from uuid import UUID, uuid5

_NAMESPACE = UUID("6f6e6574-6f70-5d65-8d6f-000000000001")
_LONG_PAST = 0x0190 << 112
_REST = (1 << 112) - 1


def demo_id(name: str) -> UUID:
    """Return the id of a demo row by its name, such as ``user:candidate``."""
    return uuid5(_NAMESPACE, name)


def block_id(*, seed: int, number: int, kind: str, name: int | str) -> UUID:
    """Return the id of a row of a block.

    The ids of real rows begin with the time (UUIDv7), and staff's lists are ordered by them: these begin with a time
    long past, so that whatever people make stands before them.
    """
    return UUID(int=demo_id(f"{kind}:{seed}:{number}:{name}").int & _REST | _LONG_PAST)
