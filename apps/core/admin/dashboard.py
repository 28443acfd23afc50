"""What staff see first: how much waits, what went wrong and what ends soon. Each app adds its own lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DateTimeField, IntegerField, Min, QuerySet, Value
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Section(Enum):
    """Where a line stands, in this order."""

    WAITS = "waits"
    WRONG = "wrong"
    SOON = "soon"


TITLES: Mapping[Section, StrOrPromise] = {
    Section.WAITS: _("Waits for somebody"),
    Section.WRONG: _("Went wrong"),
    Section.SOON: _("Ends soon"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """Rows that staff should know of, and the list that shows exactly them."""

    section: Section
    label: StrOrPromise
    right: str
    """Who has it not is not shown the line: that of the list, as in ``users.view_user``."""
    rows: Callable[[datetime], QuerySet[Any]]
    """All of them at an instant, whoever asks."""
    since: str
    """The column that tells since when the oldest has been there, or when the first ends."""
    page: str
    """The list's name among the addresses, as in ``admin:users_user_changelist``."""
    query: Mapping[str, str]
    """What the list is narrowed by."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A line as it is at this moment."""

    label: StrOrPromise
    count: int
    since: datetime | None
    address: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """The lines of one section."""

    name: str
    title: StrOrPromise
    lines: Sequence[Counted]


_lines: list[Line] = []


def add(*lines: Line) -> None:
    """Register lines. They stand in the order in which the apps are installed."""
    _lines.extend(lines)


def lines_for(user: Any) -> list[Line]:
    """Return the lines that somebody may see."""
    return [line for line in _lines if user.has_perm(line.right)]


def blocks(*, user: Any, now: datetime) -> list[Block]:
    """Return what somebody may see, counted by one query however many lines there are."""
    lines = lines_for(user)
    counted = _counted(lines, now)
    found = [
        Block(
            name=section.value,
            title=TITLES[section],
            lines=[counted[index] for index, line in enumerate(lines) if line.section is section],
        )
        for section in Section
    ]
    return [block for block in found if block.lines]


def _counted(lines: Sequence[Line], now: datetime) -> list[Counted]:
    questions = [
        line.rows(now)
        .order_by()
        .annotate(line_number=Value(number, output_field=IntegerField()))
        .values("line_number")
        .annotate(line_count=Count("pk"), line_since=Min(line.since, output_field=DateTimeField()))
        .values_list("line_number", "line_count", "line_since")
        for number, line in enumerate(lines)
    ]
    answers: dict[int, tuple[int, datetime | None]] = {}
    if questions:
        first, *others = questions
        for number, count, since in first.union(*others, all=True):
            answers[number] = (count, since)
    return [
        Counted(
            label=line.label,
            count=count,
            since=since,
            address=f"{reverse(line.page)}?{urlencode(line.query)}",
        )
        for number, line in enumerate(lines)
        for count, since in [answers.get(number, (0, None))]
    ]
