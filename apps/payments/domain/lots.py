"""Which lots a spend takes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OpenLot:
    """Credits that can be spent; lots are given in the order in which they are used up."""

    id: UUID
    remaining: int


@dataclass(frozen=True, slots=True)
class Take:
    """How many credits come from one lot."""

    lot_id: UUID
    amount: int


def choose_lots(lots: Iterable[OpenLot], *, amount: int) -> list[Take]:
    """Return what to take from which lot, the first ones first; less than ``amount`` if they hold less."""
    takes: list[Take] = []
    missing = amount
    for lot in lots:
        if missing == 0:
            break
        take = min(lot.remaining, missing)
        takes.append(Take(lot.id, take))
        missing -= take
    return takes
