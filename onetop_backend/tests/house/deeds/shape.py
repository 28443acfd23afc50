"""What a deed is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from onetop_backend.tests.house.world import World


@dataclass(frozen=True)
class Deed:
    """A call of a service, and the verbs of the entries that follow: its own first, then other services'."""

    do: Callable[[World], object]
    verb: str
    others: tuple[str, ...] = ()
    before: Callable[[World], object] = lambda world: None
    refused: type[Exception] | None = None
    idle_again: bool = False
    """Done a second time it changes nothing, and leaves nothing."""


def as_(world: World, name: str) -> dict[str, Any]:
    return {"actor": world.people[name], "now": world.now}


def by(world: World, name: str) -> dict[str, Any]:
    return {"actor": world.people[name]}
