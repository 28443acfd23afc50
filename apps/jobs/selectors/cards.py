"""What everybody sees of a posting, as one plain row: lists and details read nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from operator import attrgetter
from typing import NamedTuple, Self
from uuid import UUID

from django.db.models import BooleanField, DateTimeField, ExpressionWrapper, Q

from apps.core.compiled import Compiled, Given
from apps.jobs.models import Job, JobQuerySet

NOW = Given("now", DateTimeField())
"""The instant of a reading, in a query that is kept."""


class JobCard(NamedTuple):
    """A posting with what is shown of its company and its place."""

    id: UUID
    slug: str
    title: str
    company_id: UUID
    company_name: str
    company_slug: str
    company_is_verified: bool
    place_id: str
    place_name: str
    place_kind: str
    job_type: str
    salary_min: int | None
    salary_max: int | None
    is_negotiable: bool
    description: str
    requirements: str
    benefits: str
    deadline: date
    state: str
    published_at: datetime | None
    expires_at: datetime
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, job: Job) -> Self:
        """Return the card of a posting that is at hand."""
        return cls._make(_ATTRIBUTES(job))

    @classmethod
    def compiled(cls, jobs: JobQuerySet) -> Compiled[Self]:
        """Return a query that reads postings as cards, companies and places with them."""
        return Compiled(jobs.values_list(*_COLUMNS), cls._make)


_ELSEWHERE: Mapping[str, str] = {
    "company_name": "company__name",
    "company_slug": "company__slug",
    "company_is_verified": "company__is_verified",
    "place_name": "place__name",
    "place_kind": "place__kind",
}
_PATHS = [_ELSEWHERE.get(name, name) for name in JobCard._fields]
_ATTRIBUTES = attrgetter(*(path.replace("__", ".") for path in _PATHS))
_VERIFIED = ExpressionWrapper(Q(company__verified_at__isnull=False), output_field=BooleanField())
_COLUMNS = [
    _VERIFIED if name == "company_is_verified" else path
    for name, path in zip(JobCard._fields, _PATHS, strict=True)
]
