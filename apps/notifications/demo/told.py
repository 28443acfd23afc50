"""What the people of a block were told of its applications, and of the staff's decisions about them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from apps.applications.enums import ApplicationState, StepKind
from apps.applications.selectors import ApplicationFacts
from apps.core.demo import Block, copy_rows
from apps.notifications.domain.steps import TO_COMPANY, names_of
from apps.notifications.enums import NotificationKind, TargetType
from apps.notifications.models import Feed, Notification

_KINDS: Mapping[StepKind, NotificationKind] = {
    StepKind.SUBMITTED: NotificationKind.APPLICATION_SUBMITTED,
    StepKind.SEEN: NotificationKind.APPLICATION_SEEN,
    StepKind.MOVED: NotificationKind.APPLICATION_MOVED,
    StepKind.WITHDRAWN: NotificationKind.APPLICATION_WITHDRAWN,
}
_READ_BY_ALL = timedelta(days=21)
_FIELDS = (
    "id", "recipient", "seq", "dedupe_key", "kind", "params", "target_type", "target_id", "occurred_at", "read_at",
    "created_at", "updated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One step of an application, and who recruits for the company."""

    facts: ApplicationFacts
    version: int
    kind: StepKind
    state: ApplicationState
    at: datetime
    recruiter_ids: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Decided:
    """The staff's decision about a recruiter."""

    user_id: UUID
    approved: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class _Note:
    at: datetime
    key: str
    kind: NotificationKind
    params: Mapping[str, str]
    target_type: TargetType
    target_id: UUID


def write(blocks: Iterable[tuple[Block, Iterable[Told], Iterable[Decided]]]) -> int:
    """Write the feeds of the people of some blocks; return how many notifications there were."""
    feeds = [
        (block, recipient_id, notes)
        for block, told, decided in blocks
        for recipient_id, notes in _feeds(told, decided).items()
    ]
    copy_rows(
        Feed,
        ("recipient", "last_seq"),
        ((recipient_id, len(notes)) for _, recipient_id, notes in feeds),
    )
    return copy_rows(Notification, _FIELDS, (row for feed in feeds for row in _rows(*feed)))


def _feeds(told: Iterable[Told], decided: Iterable[Decided]) -> Mapping[UUID, list[_Note]]:
    feeds: defaultdict[UUID, list[_Note]] = defaultdict(list)
    for decision in decided:
        kind = (
            NotificationKind.RECRUITER_APPROVED
            if decision.approved
            else NotificationKind.RECRUITER_REJECTED
        )
        key = f"{kind}:{decision.user_id}:{decision.at.isoformat()}"
        feeds[decision.user_id].append(
            _Note(decision.at, key, kind, {}, TargetType.ACCOUNT, decision.user_id)
        )
    for each in told:
        kind = _KINDS[each.kind]
        moved = each.state if kind is NotificationKind.APPLICATION_MOVED else None
        note = _Note(
            each.at,
            f"demo:{each.facts.id}:{each.version}",
            kind,
            names_of(kind, each.facts, moved),
            TargetType.APPLICATION,
            each.facts.id,
        )
        recipients = each.recruiter_ids if kind in TO_COMPANY else (each.facts.candidate_id,)
        for recipient_id in recipients:
            feeds[recipient_id].append(note)
    return feeds


def _rows(block: Block, recipient_id: UUID, notes: list[_Note]) -> Iterator[tuple[object, ...]]:
    dice: Random = block.dice(f"reading:{recipient_id}")
    notes.sort(key=lambda note: (note.at, note.key))
    for seq, note in enumerate(notes, start=1):
        read = note.at < block.now - _READ_BY_ALL or dice.random() < 0.55
        later = note.at + (block.now - note.at) * dice.random() * 0.3
        yield (
            block.id("notification", f"{recipient_id}:{seq}"), recipient_id, seq, note.key, note.kind.value,
            json.dumps(note.params, ensure_ascii=False), note.target_type.value, note.target_id, note.at,
            later if read else None, note.at, later if read else note.at,
        )  # fmt: skip
