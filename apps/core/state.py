"""State tables: a machine is a mapping, and a step that is not in it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from apps.core.errors import Conflict
from apps.core.errors import mark as _

S = TypeVar("S", bound=Enum)


class TransitionRefused(Conflict):
    """The machine has no such step; ``allowed`` lists the states that can be reached."""

    code = "transition_refused"
    title = _("This step is not possible from the present state")
    members = {"current": "PUBLISHED", "allowed": ["CLOSED"]}


def require(transitions: Mapping[S, frozenset[S]], current: S, target: S) -> None:
    """Check that ``target`` can follow ``current``.

    :raises TransitionRefused: it cannot; carries ``allowed``
    """
    allowed = transitions[current]
    if target not in allowed:
        raise TransitionRefused(
            current=current.value, allowed=sorted(state.value for state in allowed)
        )
