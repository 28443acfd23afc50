"""The applications of a block of the demo world: who applied where, and how far it went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Protocol
from uuid import UUID

from apps.applications.demo.cvs import KINDS, cv_id
from apps.applications.enums import ApplicationState, StepKind
from apps.applications.models import Application, ApplicationEvent
from apps.applications.selectors import ApplicationFacts
from apps.core.demo import Block, Phrases, copy_rows, data

SUBMITTED, SEEN, INTERVIEW, OFFER, HIRED, REJECTED, WITHDRAWN = ApplicationState

# The way of each, and of how many in a hundred.
_WAYS: Mapping[tuple[ApplicationState, ...], int] = {
    (SUBMITTED,): 24,
    (SUBMITTED, SEEN): 22,
    (SUBMITTED, SEEN, REJECTED): 14,
    (SUBMITTED, REJECTED): 4,
    (SUBMITTED, SEEN, INTERVIEW): 11,
    (SUBMITTED, SEEN, INTERVIEW, REJECTED): 6,
    (SUBMITTED, SEEN, INTERVIEW, OFFER): 5,
    (SUBMITTED, SEEN, INTERVIEW, OFFER, HIRED): 6,
    (SUBMITTED, SEEN, INTERVIEW, OFFER, WITHDRAWN): 1,
    (SUBMITTED, WITHDRAWN): 4,
    (SUBMITTED, SEEN, WITHDRAWN): 2,
    (SUBMITTED, SEEN, REJECTED, SEEN, INTERVIEW): 1,
}
_KINDS = {SUBMITTED: StepKind.SUBMITTED, WITHDRAWN: StepKind.WITHDRAWN}
_MOST = 6
"""Applications of one candidate."""
_APPLICATION = (
    "id", "job", "candidate", "company", "job_title", "job_slug", "company_name", "cv", "cover_letter", "state",
    "version", "applied_at", "created_at", "updated_at",
)  # fmt: skip
_EVENT = (
    "id", "application", "version", "kind", "from_state", "to_state", "reason", "actor_id", "at", "created_at",
    "updated_at",
)  # fmt: skip


class Candidate(Protocol):
    """Somebody who applies."""

    @property
    def id(self) -> UUID:
        """Return the account."""

    @property
    def full_name(self) -> str:
        """Return their name."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A posting that people could apply to, for some time."""

    job_id: UUID
    title: str
    slug: str
    company_id: UUID
    company_name: str
    family: str
    opened_at: datetime
    until: datetime
    recruiter_ids: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a history."""

    state: ApplicationState
    kind: StepKind
    at: datetime
    actor_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One application with its whole history."""

    id: UUID
    opening: Opening
    candidate: Candidate
    cv_id: UUID
    letter: str
    steps: Sequence[Step]

    @property
    def facts(self) -> ApplicationFacts:
        """Return what higher apps tell of it."""
        return ApplicationFacts(
            id=self.id,
            job_id=self.opening.job_id,
            job_title=self.opening.title,
            company_id=self.opening.company_id,
            company_name=self.opening.company_name,
            candidate_id=self.candidate.id,
            candidate_name=self.candidate.full_name,
            state=self.steps[-1].state,
        )


def pipelines_of(
    block: Block, openings: Sequence[Opening], candidates: Sequence[Candidate]
) -> list[Pipeline]:
    """Return the applications of a block: its candidates apply to its postings, each to those of one kind mostly."""
    dice = block.dice("applications")
    found: list[Pipeline] = []
    if not openings:
        return found
    for candidate in candidates:
        career = dice.randrange(KINDS)
        wanted = dice.choice(openings).family
        fitting = [each for each in openings if each.family == wanted]
        chosen = dice.sample(fitting, min(dice.randrange(1, _MOST), len(fitting)))
        if dice.random() < 0.3 and (other := dice.choice(openings)) not in chosen:
            chosen.append(other)
        found += [
            _pipeline(
                block,
                dice,
                number=len(found) + number,
                opening=opening,
                candidate=candidate,
                cv=cv_id(wanted, career),
            )
            for number, opening in enumerate(chosen)
        ]
    return found


def write(pipelines: Iterable[Pipeline]) -> int:
    """Write applications with their histories; return how many applications there were."""
    pipelines = list(pipelines)
    count = copy_rows(Application, _APPLICATION, map(_row, pipelines))
    copy_rows(ApplicationEvent, _EVENT, (row for each in pipelines for row in _history(each)))
    return count


def _pipeline(
    block: Block, dice: Random, *, number: int, opening: Opening, candidate: Candidate, cv: UUID
) -> Pipeline:
    words = _words()
    (way,) = dice.choices(tuple(_WAYS), tuple(_WAYS.values()))
    until = min(opening.until, block.now - timedelta(hours=1))
    applied_at = opening.opened_at + (until - opening.opened_at) * dice.random()
    letter = words.letters.one(dice) if dice.random() < 0.6 else ""
    return Pipeline(
        id=block.id("application", number),
        opening=opening,
        candidate=candidate,
        cv_id=cv,
        letter=letter.format(title=opening.title, company=opening.company_name),
        steps=tuple(_steps(dice, way, opening, candidate, applied_at, now=block.now)),
    )


def _steps(
    dice: Random,
    way: Sequence[ApplicationState],
    opening: Opening,
    candidate: Candidate,
    at: datetime,
    *,
    now: datetime,
) -> Iterator[Step]:
    """Yield the steps of a way as far as there was time for them."""
    words = _words()
    for number, state in enumerate(way):
        mine = state in {SUBMITTED, WITHDRAWN}
        reasons = words.reasons.get(state)
        yield Step(
            state=state,
            # Coming back to somebody who was rejected is a move; only the first look is a look.
            kind=StepKind.SEEN
            if (number, state) == (1, SEEN)
            else _KINDS.get(state, StepKind.MOVED),
            at=at,
            actor_id=candidate.id if mine else dice.choice(opening.recruiter_ids),
            reason=reasons.one(dice) if reasons and dice.random() < 0.7 else "",
        )
        at += timedelta(minutes=dice.randrange(20, 4 * 1_440))
        if at >= now:
            return


def _row(each: Pipeline) -> tuple[object, ...]:
    opening, first, last = each.opening, each.steps[0], each.steps[-1]
    return (
        each.id, opening.job_id, each.candidate.id, opening.company_id, opening.title, opening.slug,
        opening.company_name, each.cv_id, each.letter, last.state.value, len(each.steps), first.at, first.at, last.at,
    )  # fmt: skip


def _history(each: Pipeline) -> Iterator[tuple[object, ...]]:
    before = ""
    for version, step in enumerate(each.steps, start=1):
        yield (
            UUID(int=each.id.int ^ version), each.id, version, step.kind.value, before, step.state.value, step.reason,
            step.actor_id, step.at, step.at, step.at,
        )  # fmt: skip
        before = step.state.value


@dataclass(frozen=True)
class _Words:
    letters: Phrases
    reasons: Mapping[ApplicationState, Phrases]


@cache
def _words() -> _Words:
    read = data(Path(__file__).with_name("words.toml"))
    return _Words(
        letters=Phrases(read["letters"]),
        reasons={
            ApplicationState(state): Phrases(reasons) for state, reasons in read["reasons"].items()
        },
    )
