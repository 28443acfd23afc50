"""The demo world: named accounts, companies, postings and applications, and as many more as are asked for.

It is made of blocks of a hundred postings with people of their own. What a block holds follows from the seed and its
number, so a world of 100,000 postings begins with that of 500, and growing later gives the same rows as starting large.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import connection, transaction

from apps.applications import demo as applications
from apps.companies import demo as companies
from apps.core import cache
from apps.core.demo import Block
from apps.jobs import demo as jobs
from apps.notifications import demo as notifications
from apps.payments import demo as payments
from apps.users import demo as users

BLOCK = 100
"""Postings of a block; the named ones belong to the first."""
MOST = 1_000_000
CHUNK = 50
"""Blocks of one transaction: a stopped run keeps those that it finished."""
_ANALYSE_FROM = 2_000
# Each may refer to what the ones before it made.
_NAMED = (users, companies, payments, jobs, applications, notifications)
_LOCK = 0x0E70D340


class AnotherWorld(Exception):
    """What is there was not made by this command with this seed; the text says what to do."""


@dataclass(frozen=True)
class Report:
    """What a run did."""

    seed: int
    began_at: datetime
    jobs: int
    """Postings of the demo world that there are now."""
    added: Counter[str]


@dataclass(frozen=True)
class _Piece:
    """A block as far as it is wanted: from the posting at ``start`` up to the one before ``stop``."""

    block: Block
    first: int
    size: int
    start: int
    stop: int

    @property
    def is_new(self) -> bool:
        return self.start == 0

    @property
    def is_whole(self) -> bool:
        return self.stop == self.size


def load_demo(
    *, now: datetime, jobs_wanted: int, seed: int, progress: Callable[[int], None] | None = None
) -> Report:
    """Make the demo world, or what it lacks of a larger one; its times are counted from its beginning.

    ``progress`` is told after each transaction how many postings there are.

    :raises AnotherWorld: there are accounts already and no demo world, or one of another seed
    """
    with _alone():
        began_at, there = _found(seed=seed)
        added: Counter[str] = Counter()
        pieces = list(_pieces(seed, began_at or now, there, max(jobs_wanted - jobs.COUNT, 0)))
        chunks = [pieces[start : start + CHUNK] for start in range(0, len(pieces), CHUNK)]
        if began_at is None:
            chunks = chunks or [[]]
        # Slow, as it is meant to be: once for all accounts.
        password = users.hashed_password() if pieces else ""
        total = there + jobs.COUNT if began_at else 0
        for chunk in chunks:
            with transaction.atomic():
                if total == 0:
                    _load_named(now, added)
                _write(chunk, added, password=password)
                cache.touch("companies", "jobs", "places")
            total = jobs.COUNT + (chunk[-1].first + chunk[-1].stop if chunk else 0)
            if progress is not None:
                progress(total)
        if added["jobs"] > _ANALYSE_FROM:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
    return Report(seed=seed, began_at=began_at or now, jobs=total, added=added)


class _alone:  # noqa: N801 - reads as a statement
    """Keep a second run out, which would write the same rows."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                raise AnotherWorld("Another seed_demo is at work; wait for its end.")

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _load_named(now: datetime, added: Counter[str]) -> None:
    for part in _NAMED:
        part.load(now=now)
    applications.store()
    added["jobs"] += jobs.COUNT


def _found(*, seed: int) -> tuple[datetime | None, int]:
    """Return when the world that is there began, and how many postings its blocks have."""
    began_at = payments.began_at()
    if began_at is None:
        if users.any_exist():
            raise AnotherWorld(
                "There are accounts already; the demo world needs an empty database (./run reset makes one)."
            )
        return None, 0
    there = _counted(seed)
    if there == 0 and users.others_exist():
        raise AnotherWorld(
            f"The demo world that is there has another seed than {seed}; ./run reset makes room for this one."
        )
    return began_at, there


def _counted(seed: int) -> int:
    """Return how many postings the blocks have; there is no gap between them."""
    low, high = 0, MOST
    while low < high:
        middle = (low + high) // 2
        number, name = divmod(middle + jobs.COUNT, BLOCK)
        if jobs.written(seed=seed, number=number, name=name - (0 if number else jobs.COUNT)):
            low = middle + 1
        else:
            high = middle
    return low


def _pieces(seed: int, now: datetime, there: int, wanted: int) -> Iterator[_Piece]:
    """Yield what lies between the postings that are there and those that are wanted."""
    while there < wanted:
        number = (there + jobs.COUNT) // BLOCK
        first = max(number * BLOCK - jobs.COUNT, 0)
        size = (number + 1) * BLOCK - jobs.COUNT - first
        stop = min(size, wanted - first)
        yield _Piece(Block(seed, number, now), first, size, there - first, stop)
        there = first + stop


@dataclass(frozen=True)
class _Made:
    """What is to be written of a piece."""

    piece: _Piece
    people: users.People
    employers: Sequence[companies.Employer]
    adverts: Sequence[jobs.Advert]
    """Of the whole block, wanted or not."""

    @property
    def new_adverts(self) -> Sequence[jobs.Advert]:
        return self.adverts[self.piece.start : self.piece.stop]


def _write(pieces: Sequence[_Piece], added: Counter[str], *, password: str) -> None:
    if not pieces:
        return
    places = jobs.places()
    made = [_made(piece, places) for piece in pieces]
    new = [each for each in made if each.piece.is_new]
    added["accounts"] += users.write((each.people for each in new), password=password)
    added["companies"] += companies.write(employer for each in new for employer in each.employers)
    added["jobs"] += jobs.write([advert for each in made for advert in each.new_adverts], places)
    # What follows from postings is written once a block has all of its own: nobody's feed and no ledger is
    # told of the past later.
    whole = [each for each in made if each.piece.is_whole]
    added["ledger_entries"] += payments.write(
        (each.piece.block, _spendings(each)) for each in whole
    )
    pipelines = [
        applications.pipelines_of(each.piece.block, _openings(each), each.people.candidates)
        for each in whole
    ]
    added["applications"] += applications.write(chain.from_iterable(pipelines))
    added["notifications"] += notifications.write(
        (each.piece.block, _told(one), _decided(each.people))
        for each, one in zip(whole, pipelines, strict=True)
    )


def _made(piece: _Piece, places: jobs.Places) -> _Made:
    people = users.people_of(piece.block)
    employers = companies.employers_of(piece.block, people.recruiters)
    adverts = jobs.adverts_of(
        piece.block, employers, start=piece.first, count=piece.size, names=places.names
    )
    return _Made(piece, people, employers, adverts)


def _spendings(made: _Made) -> list[payments.Spending]:
    published: defaultdict[UUID, list[tuple[UUID, datetime, UUID]]] = defaultdict(list)
    for advert in made.adverts:
        if advert.life.published_at is not None:
            published[advert.company_id].append(
                (advert.id, advert.life.published_at, advert.posted_by_id)
            )
    return [
        payments.Spending(employer.id, employer.opened_at, published[employer.id])
        for employer in made.employers
    ]


def _openings(made: _Made) -> list[applications.Opening]:
    return [
        applications.Opening(
            job_id=advert.id,
            title=advert.title,
            slug=jobs.slug_of(advert),
            company_id=advert.company_id,
            company_name=advert.company_name,
            family=advert.family,
            opened_at=advert.open_from,
            until=advert.open_until,
            recruiter_ids=advert.recruiter_ids,
        )
        for advert in made.adverts
        if advert.open_from is not None
    ]


def _told(pipelines: Iterable[applications.Pipeline]) -> Iterator[notifications.Told]:
    for pipeline in pipelines:
        for version, step in enumerate(pipeline.steps, start=1):
            yield notifications.Told(
                facts=pipeline.facts,
                version=version,
                kind=step.kind,
                state=step.state,
                at=step.at,
                recruiter_ids=pipeline.opening.recruiter_ids,
            )


def _decided(people: users.People) -> Iterator[notifications.Decided]:
    for person in (*people.recruiters, *people.others):
        if person.decided_at is not None:
            yield notifications.Decided(person.id, person.is_approved, person.decided_at)
