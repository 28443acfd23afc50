"""The kinds of operations: each belongs to one app, which declares what does the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from apps.core.models import Operation


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What an operation of this kind is done by, and what is asked again before its result is given out."""

    name: str
    subject_type: str
    task: str
    check_result: Callable[[Operation], None]
    """Raises a domain error when the owner may no longer have what was made for them."""


_kinds: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Remember a kind by its name, such as ``applications.export``.

    :raises ValueError: two kinds have one name
    """
    if kind.name in _kinds:
        raise ValueError(f"operation kind {kind.name} is declared twice")
    _kinds[kind.name] = kind
    return kind


def kind_of(operation: Operation) -> Kind:
    """Return the declaration of an operation's kind."""
    return _kinds[operation.kind]
