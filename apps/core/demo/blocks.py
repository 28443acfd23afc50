"""Blocks: the pieces that a large demo world is made of. Each depends on the seed and its own number only."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from apps.core.demo.ids import block_id

_T = TypeVar("_T")


@dataclass(frozen=True)
class Block:
    """One piece of the world: the same whether it is made alone or with all that come before it."""

    seed: int
    number: int
    now: datetime
    """What the times of the whole world are counted from."""

    @cached_property
    def _key(self) -> str:
        return f"{self.seed}:{self.number}"

    def id(self, kind: str, name: int | str) -> UUID:
        """Return the id of a row of this block."""
        return block_id(seed=self.seed, number=self.number, kind=kind, name=name)

    def dice(self, purpose: str) -> Random:
        """Return dice that fall the same each time; another purpose has dice of its own."""
        return Random(f"{self._key}:{purpose}")  # noqa: S311 - a demo world is to be foreseen


def weighted(weights: Mapping[_T, float]) -> tuple[Sequence[_T], Sequence[float]]:
    """Return what ``Random.choices`` takes: the things and their weights, summed up."""
    return tuple(weights), tuple(accumulate(weights.values()))


def data(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file."""
    with path.open("rb") as file:
        return tomllib.load(file)
