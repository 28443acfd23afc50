"""Row locks of postings. Order: the company (when a posting is new), the posting, its place, its credit account.

Names of a place are changed under its row's lock, which is taken before that of the name; whoever writes a posting
with them shares it. So no posting is written with a name that was changed, and looked over, while it was not committed.

Changing a posting writes its row by ``core.versioned``; applying takes it shared, so that applications run side
by side, but none runs beside the closing of its posting.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from apps.companies.selectors import access, roles_of
from apps.core import versioned
from apps.jobs.domain import lifecycle
from apps.jobs.enums import JobState
from apps.jobs.errors import AliasNotFound, JobEditForbidden, JobNotFound
from apps.jobs.models import Job, Place, PlaceAlias

if TYPE_CHECKING:
    from apps.users.models import User


def job_for_edit(*, actor: User, job_id: UUID, now: datetime) -> Job:
    """Return a posting that the actor may change, to be written by ``versioned.save``.

    :raises JobNotFound: there is none, or the actor may not see it
    :raises JobEditForbidden: the actor sees it, but does not recruit for its company
    """
    jobs = Job.objects.present().select_related("company", "place")
    job = versioned.find(jobs.filter(id=job_id))
    if job is None:
        raise JobNotFound
    if access.may_post_for(actor=actor, company_id=job.company_id):
        return job
    is_public = lifecycle.is_live(state=JobState(job.state), expires_at=job.expires_at, now=now)
    if is_public or job.company_id in roles_of(user_id=actor.pk):
        raise JobEditForbidden
    raise JobNotFound


def any_job(job_id: UUID) -> Job:
    """Return a posting for the staff to change, a deleted one too.

    :raises JobNotFound: there never was such a posting
    """
    job = versioned.find(Job.objects.select_related("company", "place").filter(id=job_id))
    if job is None:
        raise JobNotFound
    return job


def jobs_in_order(job_ids: Collection[UUID]) -> list[Job]:
    """Lock several postings, always in the order of their ids, so that two callers never wait in a ring."""
    jobs = Job.objects.filter(id__in=job_ids).order_by("id")
    # A statement of its own: one that joins would lose a posting whose place changed while it waited.
    locked = list(jobs.select_for_update(no_key=True).values_list("id", flat=True))
    return list(jobs.filter(id__in=locked).select_related("company", "place"))


def share_job(job_id: UUID) -> None:
    """Hold a posting as it is until the transaction ends, together with others who hold it the same way."""
    with connection.cursor() as cursor:  # Django's ORM has no FOR SHARE
        cursor.execute("SELECT 1 FROM jobs_job WHERE id = %s FOR SHARE", [job_id])


def share_place(code: str) -> None:
    """Hold a place's names as they are until the transaction ends, together with others who do the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM jobs_place WHERE code = %s FOR SHARE", [code])


def place(code: str) -> None:
    """Lock a place, whose names are about to change."""
    list(Place.objects.select_for_update(no_key=True).filter(code=code).values_list("code"))


def alias(alias_id: UUID) -> PlaceAlias:
    """Lock another name of a place, with the place.

    :raises AliasNotFound: there is no such name
    """
    # A name stays with its place.
    for code in PlaceAlias.objects.filter(id=alias_id).values_list("place_id", flat=True):
        place(code)
    found = PlaceAlias.objects.select_for_update().filter(id=alias_id).first()
    if found is None:
        raise AliasNotFound
    return found
