"""The postings of a block of the demo world: what each says, where, for how much, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Protocol
from uuid import UUID

from apps.core.demo import Block, block_id, weighted
from apps.jobs.demo.pay import Pay, offer
from apps.jobs.demo.texts import Setting, Texts, compose
from apps.jobs.demo.vocabulary import Family, Level, Occupation, families
from apps.jobs.domain import lifecycle
from apps.jobs.enums import JobState, JobType
from apps.jobs.models import Job

PLACES_EVERY = 13
"""Each thirteenth posting is in the next place of all, so that even a small world is everywhere."""
_REMOTE, _NATIONWIDE = "REMOTE", "NATIONWIDE"
_OTHER_FAMILIES = {
    "office": 8, "accounting": 7, "sales": 6, "marketing": 5, "security": 3, "logistics": 3, "it": 2,
}  # fmt: skip
_AT_HOME = 0.74
"""How often a posting is of the company's own branch: a factory needs an accountant too."""
_LEVELS = weighted({Level.STAFF: 68.0, Level.SENIOR: 13.0, Level.LEAD: 9.0, Level.INTERN: 10.0})
_YOUNGEST = timedelta(hours=25)
"""Younger postings are those that are named: they open the list."""


class Site(Protocol):
    """Where a company works."""

    @property
    def code(self) -> str:
        """Return the place."""

    @property
    def spot(self) -> str:
        """Return where in it."""


class Employer(Protocol):
    """Whoever posts."""

    @property
    def id(self) -> UUID:
        """Return the company."""

    @property
    def name(self) -> str:
        """Return what it is called."""

    @property
    def branch(self) -> str:
        """Return the family of occupations that is at home there."""

    @property
    def sites(self) -> Sequence[Site]:
        """Return where it works, its seat first."""

    @property
    def recruiter_ids(self) -> Sequence[UUID]:
        """Return who writes its postings."""

    @property
    def deleted_at(self) -> datetime | None:
        """Return when it was deleted; then it has none."""


@dataclass(frozen=True, slots=True)
class Life:
    """What became of a posting."""

    state: JobState
    created_at: datetime
    deadline: date
    published_at: datetime | None
    closed_at: datetime | None
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Advert:
    """One posting."""

    id: UUID
    number: int
    """Counted through all blocks, from 0."""
    title: str
    company_id: UUID
    company_name: str
    family: str
    place: str
    job_type: JobType
    pay: Pay
    texts: Texts
    life: Life
    posted_by_id: UUID
    recruiter_ids: Sequence[UUID]

    @property
    def open_from(self) -> datetime | None:
        """Return since when people could apply; None for what was never public or is deleted."""
        return None if self.life.deleted_at else self.life.published_at

    @property
    def open_until(self) -> datetime:
        """Return until when people could apply."""
        return self.life.closed_at or lifecycle.expiry_of(self.life.deadline)


def written(*, seed: int, number: int, name: int) -> bool:
    """Tell whether a posting of the world of this seed is there."""
    return Job.objects.filter(id=block_id(seed=seed, number=number, kind="job", name=name)).exists()


def adverts_of(
    block: Block,
    employers: Sequence[Employer],
    *,
    start: int,
    count: int,
    names: Mapping[str, str],
) -> list[Advert]:
    """Return the postings of a block, of which there are ``count``, the first having the number ``start``.

    ``names`` are the places by their codes.
    """
    # Each subject has dice of its own: another word in the vocabulary moves no posting and closes none.
    dice, lives, texts = (block.dice(purpose) for purpose in ("adverts", "lives", "texts"))
    posting = [each for each in employers if each.deleted_at is None]
    sizes = [min(dice.paretovariate(1.1), 12.0) for _ in posting]
    chosen = dice.choices(posting, sizes, k=count)
    return [
        _advert(
            block.id("job", index),
            dice,
            employer,
            number=start + index,
            names=names,
            life=_life(lives, block.now),
            words=texts,
        )
        for index, employer in enumerate(chosen)
    ]


def _advert(
    job_id: UUID,
    dice: Random,
    employer: Employer,
    *,
    number: int,
    names: Mapping[str, str],
    life: Life,
    words: Random,
) -> Advert:
    site = dice.choice(employer.sites) if dice.random() < 0.4 else employer.sites[0]
    place, spot = site.code, site.spot
    if number % PLACES_EVERY == 0:
        place, spot = sorted(names)[number // PLACES_EVERY % len(names)], ""
    elif dice.random() < 0.015:
        place, spot = _NATIONWIDE, ""
    family, occupation, level = _work(dice, employer.branch, remote=place == _REMOTE)
    if place != _REMOTE and occupation.remote and dice.random() < 0.12:
        place, spot = _REMOTE, ""
    job_type = _job_type(dice, occupation, level)
    pay = offer(dice, occupation, level=level, job_type=job_type, place=place)
    setting = Setting(
        company=employer.name, place=place, place_name=names[place], spot=spot, level=level, job_type=job_type, pay=pay
    )  # fmt: skip
    title, texts = compose(words, family, occupation, setting)
    return Advert(
        id=job_id,
        number=number,
        title=title,
        company_id=employer.id,
        company_name=employer.name,
        family=family.name,
        place=place,
        job_type=job_type,
        pay=pay,
        texts=texts,
        life=life,
        posted_by_id=dice.choice(employer.recruiter_ids),
        recruiter_ids=employer.recruiter_ids,
    )


def _work(dice: Random, branch: str, *, remote: bool) -> tuple[Family, Occupation, Level]:
    """Return which work is offered; what is done from home can be done from home."""
    all_families = families()
    family = next(
        all_families[name]
        for name in _families_of(dice, branch)
        if not remote or any(each.remote for each in all_families[name].occupations)
    )
    occupations = [each for each in family.occupations if each.remote or not remote]
    occupation = dice.choice(occupations)
    (level,) = dice.choices(_LEVELS[0], cum_weights=_LEVELS[1])
    return family, occupation, level if level in occupation.titles else Level.STAFF


def _families_of(dice: Random, branch: str) -> Iterator[str]:
    if dice.random() < _AT_HOME:
        yield branch
    yield from dice.choices(tuple(_OTHER_FAMILIES), tuple(_OTHER_FAMILIES.values()), k=3)
    # The one that always has work for somebody at home.
    yield "it"


def _job_type(dice: Random, occupation: Occupation, level: Level) -> JobType:
    if level is Level.INTERN:
        return JobType.INTERNSHIP
    if level is Level.STAFF and occupation.part_time and dice.random() < 0.3:
        return JobType.PART_TIME
    if level is Level.STAFF and occupation.freelance and dice.random() < 0.3:
        return JobType.FREELANCE
    return JobType.FULL_TIME


def _life(dice: Random, now: datetime) -> Life:
    """Return what became of a posting: live mostly, a draft, closed, expired, ending today, or deleted."""
    age = _YOUNGEST + timedelta(seconds=int(min(dice.expovariate(1 / 18), 75.0) * 86_400))
    published_at = now - age
    created_at = published_at - timedelta(minutes=dice.randrange(5, 2_000))
    today = lifecycle.today(now)
    deadline = lifecycle.today(published_at) + timedelta(
        days=dice.choice((14, 20, 25, 30, 30, 35, 45))
    )
    fate = dice.random()
    if fate < 0.08:
        deadline = today + timedelta(days=dice.randrange(7, 45))
        # Some were thought better of.
        deleted_at = now - age / 4 if fate < 0.01 else None
        return Life(JobState.DRAFT, created_at, deadline, None, None, deleted_at)
    if fate < 0.16:
        closed_at = published_at + (
            min(lifecycle.expiry_of(deadline), now) - published_at
        ) * dice.uniform(0.2, 0.9)
        deleted_at = closed_at + (now - closed_at) / 3 if fate < 0.085 else None
        return Life(JobState.CLOSED, created_at, deadline, published_at, closed_at, deleted_at)
    if fate < 0.19:
        deadline = today
    elif deadline < today and fate < 0.75:
        deadline = today + timedelta(days=dice.randrange(2, 30))
    return Life(JobState.PUBLISHED, created_at, deadline, published_at, None, None)
