"""The people of a block of the demo world."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from uuid import UUID

from apps.core.demo import Block, copy_rows, data, weighted
from apps.core.text import slugify
from apps.users.demo.first import DOMAIN
from apps.users.enums import Approval, Language, UserType
from apps.users.integrations.allauth import addresses
from apps.users.models import User

_RECRUITERS = 16
"""Of a block: enough to own and to staff its companies."""
_CANDIDATES = 15
_PREFIXES = (
    "032",
    "033",
    "035",
    "038",
    "070",
    "077",
    "079",
    "086",
    "090",
    "093",
    "096",
    "097",
    "098",
)
_FIELDS = (
    "id", "email", "full_name", "phone_number", "password", "user_type", "approval", "approval_decided_at",
    "language", "is_active", "is_staff", "is_superuser", "created_at", "updated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has an account."""

    id: UUID
    full_name: str
    email: str
    phone_number: str
    user_type: UserType
    approval: Approval
    decided_at: datetime | None
    joined_at: datetime
    language: Language = Language.VIETNAMESE
    is_active: bool = True
    is_verified: bool = True

    @property
    def is_approved(self) -> bool:
        """Tell whether staff have approved a recruiter."""
        return self.approval == Approval.APPROVED


@dataclass(frozen=True, slots=True)
class People:
    """Those of one block by what they do in it."""

    recruiters: tuple[Person, ...]
    candidates: tuple[Person, ...]
    others: tuple[Person, ...]
    """Recruiters who wait for the staff's decision, or were rejected."""


def people_of(block: Block) -> People:
    """Return the people of a block."""
    dice = block.dice("people")
    return People(
        recruiters=tuple(
            _person(block, dice, f"r{number}", UserType.RECRUITER, Approval.APPROVED)
            for number in range(_RECRUITERS)
        ),
        candidates=tuple(
            _person(block, dice, f"c{number}", UserType.CANDIDATE, Approval.NOT_REQUIRED)
            for number in range(_CANDIDATES)
        ),
        others=(
            _person(block, dice, "p0", UserType.RECRUITER, Approval.PENDING),
            _person(
                block,
                dice,
                "p1",
                UserType.RECRUITER,
                Approval.REJECTED if block.number % 3 == 1 else Approval.PENDING,
            ),
        ),
    )


def write(people: Iterable[People], *, password: str) -> int:
    """Write accounts with their addresses, as registration does, all with one hash; return their number."""
    everybody = [
        person for each in people for person in (*each.recruiters, *each.candidates, *each.others)
    ]
    count = copy_rows(User, _FIELDS, (_row(person, password) for person in everybody))
    addresses.copy((person.id, person.email, person.is_verified) for person in everybody)
    return count


def _person(
    block: Block, dice: Random, key: str, user_type: UserType, approval: Approval
) -> Person:
    full_name = _full_name(dice)
    waits = approval == Approval.PENDING
    # Who waits has waited for days at most; the others came some time in the last year.
    joined_at = block.now - timedelta(
        minutes=dice.randrange(30, 6_000 if waits else 500_000) + (0 if waits else 120_000)
    )
    return Person(
        id=block.id("user", key),
        full_name=full_name,
        email=f"{slugify(full_name).replace('-', '.')}.{key}b{block.number}@{DOMAIN}",
        phone_number=f"{dice.choice(_PREFIXES)}{dice.randrange(10_000_000):07d}",
        user_type=user_type,
        approval=approval,
        decided_at=(
            joined_at + timedelta(hours=dice.randrange(1, 60))
            if approval in {Approval.APPROVED, Approval.REJECTED}
            else None
        ),
        joined_at=joined_at,
        language=Language.ENGLISH if dice.random() < 0.05 else Language.VIETNAMESE,
        is_active=user_type != UserType.CANDIDATE or dice.random() > 0.03,
        is_verified=not waits and dice.random() > 0.1,
    )


def _full_name(dice: Random) -> str:
    names = _names()
    (family,) = dice.choices(names.families[0], cum_weights=names.families[1])
    middle, given = names.women if dice.random() < 0.5 else names.men
    first, last = dice.choice(middle), dice.choice(given)
    # "Ngọc Ngọc" is nobody's name.
    while last in first.split():
        last = dice.choice(given)
    return f"{family} {first} {last}"


def _row(person: Person, password: str) -> tuple[object, ...]:
    return (
        person.id, person.email, person.full_name, person.phone_number, password, person.user_type.value,
        person.approval.value, person.decided_at, person.language.value, person.is_active, False, False,
        person.joined_at, person.joined_at,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Names:
    families: tuple[tuple[str, ...], tuple[float, ...]]
    women: tuple[list[str], list[str]]
    men: tuple[list[str], list[str]]


@cache
def _names() -> _Names:
    read = data(Path(__file__).with_name("names.toml"))
    names, weights = weighted(read["families"])
    return _Names(
        families=(tuple(names), tuple(weights)),
        women=(read["women"]["middle"], read["women"]["given"]),
        men=(read["men"]["middle"], read["men"]["given"]),
    )
