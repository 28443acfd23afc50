"""What a posting offers, and the rules about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import TypedDict

from apps.core.errors import FieldError, InvalidInput
from apps.core.errors import mark as _
from apps.jobs.enums import JobType

TITLE_LENGTH = 255
TEXT_LENGTH = 20_000
SALARY_LIMIT = 1_000_000_000_000
# Catches a mistyped year, and keeps the day after it a date.
LAST_DEADLINE = date(2099, 12, 31)

FIXED_ONCE_PUBLISHED = frozenset({"location", "job_type"})
"""What applicants relied on when they applied; another place or type is another posting."""


@dataclass(frozen=True, kw_only=True)
class JobTerms:
    """What a posting says; ``location`` is the name of a place as it was typed."""

    title: str
    location: str
    job_type: JobType
    salary_min: int | None
    salary_max: int | None
    is_negotiable: bool
    description: str
    requirements: str
    benefits: str
    deadline: date


class JobChanges(TypedDict, total=False):
    """The terms that an edit names; the others stay."""

    title: str
    location: str
    job_type: JobType
    salary_min: int | None
    salary_max: int | None
    is_negotiable: bool
    description: str
    requirements: str
    benefits: str
    deadline: date


def changed_terms(before: JobTerms, after: JobTerms) -> frozenset[str]:
    """Return the names of the terms in which two offers differ."""
    return frozenset(
        field.name
        for field in fields(JobTerms)
        if getattr(before, field.name) != getattr(after, field.name)
    )


def check(terms: JobTerms, *, today: date, changed: frozenset[str] | None = None) -> None:
    """Check an offer; of an edited one, the deadline counts only where it is among the changed terms.

    :raises InvalidInput: lists every term that cannot stand
    """
    errors = [*_salary_errors(terms)]
    if changed is None or "deadline" in changed:
        errors += _deadline_errors(terms.deadline, today)
    if errors:
        raise InvalidInput(errors=tuple(errors))


def check_published_edit(changed: frozenset[str]) -> None:
    """Check that an edit leaves alone what a public posting may not change.

    :raises InvalidInput: lists every fixed term
    """
    fixed = changed & FIXED_ONCE_PUBLISHED
    if fixed:
        raise InvalidInput(
            errors=tuple(
                FieldError(name, "fixed", _("This cannot be changed once the posting is published"))
                for name in sorted(fixed)
            )
        )


def _salary_errors(terms: JobTerms) -> Iterator[FieldError]:
    for name, amount in (("salary_min", terms.salary_min), ("salary_max", terms.salary_max)):
        if amount is not None and not 0 < amount <= SALARY_LIMIT:
            yield FieldError(
                name, "range", _("Pay is a whole amount above zero and at most 1,000 billion")
            )
    if (
        terms.salary_min is not None
        and terms.salary_max is not None
        and terms.salary_min > terms.salary_max
    ):
        yield FieldError("salary_max", "range", _("The highest pay must not be below the lowest"))


def _deadline_errors(deadline: date, today: date) -> Iterator[FieldError]:
    if deadline < today:
        yield FieldError("deadline", "past", _("The deadline must be today or later"))
    elif deadline > LAST_DEADLINE:
        yield FieldError("deadline", "range", _("The deadline is too far in the future"))
