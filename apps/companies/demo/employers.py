"""The companies of a block of the demo world, with everybody who acts for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Protocol
from uuid import UUID

from apps.companies.domain.naming import SLUG_STEM_LENGTH, name_key
from apps.companies.enums import MemberRole
from apps.companies.models import Company, Membership
from apps.core.demo import Block, copy_rows, data, weighted
from apps.core.text import slugify

PER_BLOCK = 6
_SITES_OF_A_CHAIN = 6
_AT_HOME = 0.7
"""How often a company sits where its branch is at home, such as a factory in a province of factories."""
_ROLES = (
    MemberRole.RECRUITER, MemberRole.HIRING_MANAGER, MemberRole.INTERVIEWER, MemberRole.FINANCE, MemberRole.GRADER,
)  # fmt: skip
# From one company to the next: through all patterns, so that neighbours differ in branch and in name.
_STRIDE = 3_469
_NEXT_SEED = 7_919
_COMPANY = (
    "id", "name", "name_key", "slug", "description", "address", "website", "verified_at", "version", "deleted_at",
    "created_at", "updated_at",
)  # fmt: skip
_MEMBERSHIP = ("id", "company", "user", "role", "joined_at", "ended_at", "created_at", "updated_at")


class Person(Protocol):
    """Somebody who may act for a company."""

    @property
    def id(self) -> UUID:
        """Return the account."""

    @property
    def joined_at(self) -> datetime:
        """Return since when they have it."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a company works: a place by its code, and a ward or an industrial zone there."""

    code: str
    spot: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who acts for a company."""

    key: str
    user_id: UUID
    role: MemberRole
    joined_at: datetime
    ended_at: datetime | None = None

    @property
    def recruits(self) -> bool:
        """Tell whether they write the postings."""
        return self.role in {MemberRole.OWNER, MemberRole.RECRUITER}


@dataclass(frozen=True, slots=True)
class Employer:
    """A company that has postings, or had some until it was deleted."""

    id: UUID
    name: str
    slug: str
    branch: str
    description: str
    address: str
    website: str
    sites: tuple[Site, ...]
    members: tuple[Member, ...]
    opened_at: datetime
    verified_at: datetime | None
    deleted_at: datetime | None

    @property
    def recruiter_ids(self) -> tuple[UUID, ...]:
        """Return those who write its postings now, the owner first."""
        return tuple(
            member.user_id for member in self.members if member.recruits and not member.ended_at
        )


def employers_of(block: Block, recruiters: Sequence[Person]) -> list[Employer]:
    """Return the companies of a block; every fifth block has one more, which was deleted and has no postings."""
    dice = block.dice("employers")
    owners, helpers = recruiters[: PER_BLOCK + 1], iter(recruiters[PER_BLOCK + 1 :])
    companies = [
        _employer(block, dice, number, owners[number], helpers) for number in range(PER_BLOCK)
    ]
    if block.number % 5 == 0:
        companies.append(
            _employer(block, dice, PER_BLOCK, owners[PER_BLOCK], helpers, deleted=True)
        )
    return companies


def write(employers: Iterable[Employer]) -> int:
    """Write companies with their members; return how many companies there were."""
    employers = list(employers)
    count = copy_rows(Company, _COMPANY, map(_company_row, employers))
    copy_rows(
        Membership,
        _MEMBERSHIP,
        (
            (
                UUID(int=member.user_id.int ^ each.id.int), each.id, member.user_id, member.role.value,
                member.joined_at, member.ended_at, member.joined_at, member.ended_at or member.joined_at,
            )
            for each in employers
            for member in each.members
        ),
    )  # fmt: skip
    return count


def _employer(
    block: Block,
    dice: Random,
    number: int,
    owner: Person,
    helpers: Iterator[Person],
    *,
    deleted: bool = False,
) -> Employer:
    words = _words()
    index = block.number * (PER_BLOCK + 1) + number
    branch, name = words.called(index, seed=block.seed)
    opened_at = owner.joined_at + timedelta(hours=dice.randrange(1, 48))
    sites = words.sites(branch, dice)
    tail = f"{index:x}"
    stem = slugify(name, max_length=SLUG_STEM_LENGTH)
    return Employer(
        id=block.id("company", number),
        name=name,
        slug=f"{stem}-{tail:0>6}",
        branch=branch["key"],
        description=words.description(branch, name, dice),
        address=words.address(sites[0], dice),
        website=f"https://{stem}.example.vn" if dice.random() < 0.7 else "",
        sites=sites,
        members=tuple(_members(owner, opened_at, dice, helpers, alone=deleted)),
        opened_at=opened_at,
        verified_at=opened_at + timedelta(days=dice.randrange(1, 6))
        if dice.random() < 0.8
        else None,
        deleted_at=block.now - timedelta(days=dice.randrange(2, 40)) if deleted else None,
    )


def _members(
    owner: Person, opened_at: datetime, dice: Random, helpers: Iterator[Person], *, alone: bool
) -> Iterator[Member]:
    yield Member("owner", owner.id, MemberRole.OWNER, opened_at)
    if alone:
        return
    # Nobody who helps one company helps another; the last companies of a block may be left with their owner.
    for _ in range(dice.choice((0, 1, 1, 2, 2))):
        person = next(helpers, None)
        if person is None:
            return
        joined_at = max(opened_at, person.joined_at) + timedelta(days=dice.randrange(1, 20))
        left = dice.random() < 0.1
        yield Member(
            "member",
            person.id,
            dice.choice(_ROLES),
            joined_at,
            joined_at + timedelta(days=dice.randrange(10, 40)) if left else None,
        )


def _company_row(each: Employer) -> tuple[object, ...]:
    return (
        each.id, each.name, name_key(each.name), each.slug, each.description, each.address, each.website,
        each.verified_at, 1, each.deleted_at, each.opened_at, each.deleted_at or each.opened_at,
    )  # fmt: skip


class _Words:
    """What companies are called, where they sit and what they say about themselves."""

    def __init__(self) -> None:
        """Read the two files."""
        folder = Path(__file__).parent
        read = data(folder / "names.toml")
        self._names: Sequence[str] = read["names"]
        self._again: Sequence[str] = read["again"]
        self._streets: Sequence[str] = read["streets"]
        self._places: Mapping[str, Any] = data(folder / "places.toml")
        self._weights = weighted({code: each["weight"] for code, each in self._places.items()})
        self._patterns = [
            (branch, pattern) for branch in read["branches"] for pattern in branch["patterns"]
        ]

    def called(self, number: int, *, seed: int) -> tuple[Mapping[str, Any], str]:
        """Return the branch and the name of a company; no two numbers have one name."""
        names, patterns = len(self._names), len(self._patterns)
        turn = number // (names * patterns)
        chosen = (number + seed * _NEXT_SEED) * _STRIDE % (names * patterns)
        branch, pattern = self._patterns[chosen % patterns]
        name = pattern.format(self._names[chosen // patterns])
        return branch, f"{name} {self._again[turn - 1]}" if turn else name

    def sites(self, branch: Mapping[str, Any], dice: Random) -> tuple[Site, ...]:
        """Return where a company works, its seat first."""
        count = dice.randrange(2, _SITES_OF_A_CHAIN) if "chain" in branch else 1
        codes = dict.fromkeys(self._code(branch, dice) for _ in range(count))
        kind = "zones" if "zone" in branch else "spots"
        return tuple(Site(code, dice.choice(self._places[code][kind])) for code in codes)

    def address(self, site: Site, dice: Random) -> str:
        """Return the address of a seat."""
        province = self._places[site.code]["name"]
        if site.spot.startswith(("K", "cụm")):
            return f"Lô {dice.choice('ABCDEH')}{dice.randrange(1, 30)}, {site.spot}, {province}"
        return f"{dice.randrange(2, 480)} {dice.choice(self._streets)}, {site.spot}, {province}"

    def description(self, branch: Mapping[str, Any], name: str, dice: Random) -> str:
        """Return what a company says about itself."""
        about = dice.choice(branch["about"]).format(
            name=name,
            people=dice.choice((25, 40, 60, 85, 120, 200, 350, 600)),
            year=dice.randrange(1996, 2024),
            shops=dice.choice((5, 8, 12, 18, 24, 36, 50)),
            beds=dice.choice((30, 45, 60, 90, 120, 180)),
            hectares=dice.choice((2, 3, 5, 8, 12, 20)),
        )
        return " ".join([about, *dice.sample(branch["more"], dice.randrange(1, 3))])

    def _code(self, branch: Mapping[str, Any], dice: Random) -> str:
        if "places" in branch and dice.random() < _AT_HOME:
            home: str = dice.choice(branch["places"])
            return home
        return dice.choices(self._weights[0], cum_weights=self._weights[1])[0]


@cache
def _words() -> _Words:
    return _Words()
