"""Fixed identifiers of the demo world, so that it is the same on every machine."""

from __future__ import annotations

from uuid import UUID, uuid5

_NAMESPACE = UUID("6f6e6574-6f70-5d65-8d6f-000000000001")


def demo_id(name: str) -> UUID:
    """Return the id of a demo row by its name, such as ``user:candidate``."""
    return uuid5(_NAMESPACE, name)
