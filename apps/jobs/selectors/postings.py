"""Postings as a viewer may see them, and what other apps show of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import CharField, Count, Q, QuerySet, UUIDField

from apps.companies.selectors import roles_of
from apps.core.compiled import Compiled, Given
from apps.jobs.domain import lifecycle
from apps.jobs.enums import JobState
from apps.jobs.errors import JobNotFound
from apps.jobs.models import Job, JobQuerySet
from apps.jobs.selectors.cards import NOW, JobCard

if TYPE_CHECKING:
    from apps.users.models import User


@dataclass(frozen=True, slots=True)
class Posting:
    """What other apps know of a posting, deleted ones included."""

    id: UUID
    title: str
    slug: str
    company_id: UUID
    company_name: str
    company_slug: str
    place_name: str
    state: JobState
    expires_at: datetime
    deleted: bool
    """The posting itself was deleted, or its company was."""

    def is_live(self, now: datetime) -> bool:
        """Tell whether everybody sees the posting and may apply to it."""
        return not self.deleted and lifecycle.is_live(
            state=self.state, expires_at=self.expires_at, now=now
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCounts:
    """How many postings a person's companies have."""

    total: int
    active: int
    """Live now."""


def live_jobs(*, now: datetime | Given) -> JobQuerySet:
    """Return the postings that are public."""
    return Job.objects.live(now)


def get_job_for(*, viewer: User | None, ref: str, now: datetime) -> JobCard:
    """Return a posting by its id or its slug: a live one, or in every state one of the viewer's companies.

    :raises JobNotFound: there is none, or the viewer may not see it
    """
    field, value = _key(ref)
    found = _present_cards(field).read(key=value).first()
    if found is None or not (_is_live(found, now) or _is_own(found, viewer)):
        raise JobNotFound
    return found


def next_end(*, now: datetime, posted_within: int | None = None) -> datetime | None:
    """Return when the list of live postings changes next although nobody writes; None for never.

    A posting ends, or it becomes older than so many days.
    """
    end = _ends().read(now=now).first()
    if end is None or posted_within is None:
        return end
    window = timedelta(days=posted_within)
    young = _unended(now).filter(published_at__gte=now - window).order_by("published_at")
    oldest = young.values_list("published_at", flat=True).first()
    return end if oldest is None else min(end, oldest + window)


def job_counts(*, viewer: User, now: datetime) -> JobCounts:
    """Return how many postings the viewer's companies have, in every state but deleted."""
    own = list(roles_of(user_id=viewer.pk))
    live = Q(state=JobState.PUBLISHED, expires_at__gt=now)
    counts = (
        Job.objects.present()
        .filter(company__in=own)
        .aggregate(total=Count("id"), active=Count("id", filter=live))
    )
    return JobCounts(total=counts["total"], active=counts["active"])


def posting_unscoped(job_id: UUID) -> Posting:
    """Return what other apps show of a posting, whoever looks.

    :raises JobNotFound: there never was such a posting
    """
    found = postings_unscoped([job_id])
    if job_id not in found:
        raise JobNotFound
    return found[job_id]


def postings_unscoped(job_ids: Collection[UUID]) -> Mapping[UUID, Posting]:
    """Return what other apps show of postings by id, of deleted ones too; an unknown id has none."""
    jobs: QuerySet[Job] = Job.objects.filter(id__in=job_ids).select_related("company", "place")
    return {
        job.id: Posting(
            id=job.id,
            title=job.title,
            slug=job.slug,
            company_id=job.company_id,
            company_name=job.company.name,
            company_slug=job.company.slug,
            place_name=job.place.name,
            state=JobState(job.state),
            expires_at=job.expires_at,
            deleted=job.deleted_at is not None or job.company.deleted_at is not None,
        )
        for job in jobs
    }


def _unended(now: datetime | Given) -> JobQuerySet:
    """Return the postings that an index knows by their end; those of deleted companies too."""
    return Job.objects.alive().filter(state=JobState.PUBLISHED, expires_at__gt=now)


@cache
def _ends() -> Compiled[datetime]:
    ends = _unended(NOW).order_by("expires_at").values_list("expires_at")
    return Compiled(ends, itemgetter(0))


@cache
def _present_cards(field: str) -> Compiled[JobCard]:
    """Return the posting, if it is not deleted, that has a value in ``id`` or ``slug``."""
    key = Given("key", UUIDField() if field == "id" else CharField())
    return JobCard.compiled(Job.objects.present().filter(**{field: key}))


def _is_live(card: JobCard, now: datetime) -> bool:
    return lifecycle.is_live(state=JobState(card.state), expires_at=card.expires_at, now=now)


def _is_own(card: JobCard, viewer: User | None) -> bool:
    return viewer is not None and card.company_id in roles_of(user_id=viewer.pk)


def _key(ref: str) -> tuple[str, UUID | str]:
    try:
        job_id = UUID(ref)
    except ValueError:
        return "slug", ref
    # UUID() also reads other spellings, which are nobody's id and might be somebody's slug.
    return ("id", job_id) if str(job_id) == ref.lower() else ("slug", ref)
