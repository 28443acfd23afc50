"""Making postings public, closing and deleting them. Nothing else writes a posting's state."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from apps.companies.services.companies import hold_company
from apps.core import audit, cache, versioned
from apps.core.errors import Forbidden
from apps.core.state import require
from apps.jobs import locks
from apps.jobs.domain.lifecycle import TRANSITIONS
from apps.jobs.enums import JobState
from apps.jobs.errors import CompanyDeleted, DeadlinePassed, JobNotDeleted
from apps.jobs.models import Job
from apps.payments.services import credits

if TYPE_CHECKING:
    from apps.users.models import User


@versioned.edit
def publish_job(*, actor: User, job_id: UUID, now: datetime, version: int | None = None) -> Job:
    """Publish a draft and spend the company's credit for it.

    :raises JobNotFound: the actor may not see this posting
    :raises JobEditForbidden: the actor does not recruit for its company
    :raises StaleVersion: somebody else edited it since ``version``
    :raises TransitionRefused: it is public or closed already
    :raises DeadlinePassed: nobody could apply
    :raises InsufficientCredits: nothing was changed
    """
    job = locks.job_for_edit(actor=actor, job_id=job_id, now=now)
    versioned.check(job, version)
    require(TRANSITIONS, JobState(job.state), JobState.PUBLISHED)
    if now >= job.expires_at:
        raise DeadlinePassed
    job.state, job.published_at = JobState.PUBLISHED, now
    versioned.save(job, "state", "published_at")
    audit.record(actor, "published", job)
    cache.touch("jobs", f"job:{job.id}")
    charge_for_posting(actor=actor, job=job, now=now)
    return job


def charge_for_posting(*, actor: User, job: Job, now: datetime) -> None:
    """Spend the credit of a posting, in the transaction that makes it public and as its last step.

    Every posting of the company waits for the account's one row, so it is held shortest this way.

    :raises InsufficientCredits: let it roll the transaction back
    """
    credits.spend_for_posting(
        actor=actor, company_id=job.company_id, source=f"job:{job.id}", now=now
    )


@versioned.edit
def close_job(*, actor: User, job_id: UUID, now: datetime, version: int | None = None) -> Job:
    """Close a public posting: it takes no more applications.

    :raises JobNotFound: the actor may not see this posting
    :raises JobEditForbidden: the actor does not recruit for its company
    :raises StaleVersion: somebody else edited it since ``version``
    :raises TransitionRefused: it is a draft or closed already
    """
    job = locks.job_for_edit(actor=actor, job_id=job_id, now=now)
    versioned.check(job, version)
    _close(job, now)
    audit.record(actor, "closed", job)
    return job


@versioned.edit
def take_down_job(*, actor: User, job_id: UUID, now: datetime) -> Job:
    """Close a public posting of any company, by the staff.

    :raises Forbidden: the actor is not staff with that right
    :raises JobNotFound: there is no such posting
    :raises TransitionRefused: it is a draft or closed already
    """
    if not actor.has_perm("jobs.take_down_job"):
        raise Forbidden
    job = _close(locks.any_job(job_id), now)
    audit.record(actor, "taken_down", job)
    return job


@versioned.edit
def delete_job(*, actor: User, job_id: UUID, now: datetime, version: int | None = None) -> None:
    """Mark a posting as deleted; its applications stay readable.

    :raises JobNotFound: the actor may not see this posting
    :raises JobEditForbidden: the actor does not recruit for its company
    :raises StaleVersion: somebody else edited it since ``version``
    """
    job = locks.job_for_edit(actor=actor, job_id=job_id, now=now)
    versioned.check(job, version)
    job.deleted_at = now
    versioned.save(job, "deleted_at")
    audit.record(actor, "deleted", job)
    cache.touch("jobs", f"job:{job.id}")


@versioned.edit
def restore_job(*, actor: User, job_id: UUID) -> Job:
    """Bring a deleted posting back in the state that it had, by the staff.

    :raises Forbidden: the actor is not staff with that right
    :raises JobNotFound: there never was such a posting
    :raises JobNotDeleted: it is not deleted
    :raises CompanyDeleted: its company is; nobody would see the posting
    """
    if not actor.has_perm("jobs.restore_job"):
        raise Forbidden
    _hold_company_of(job_id)
    job = locks.any_job(job_id)
    if job.deleted_at is None:
        raise JobNotDeleted
    if job.company.deleted_at is not None:
        raise CompanyDeleted
    job.deleted_at = None
    versioned.save(job, "deleted_at")
    audit.record(actor, "restored", job)
    cache.touch("jobs", f"job:{job.id}")
    return job


def _hold_company_of(job_id: UUID) -> None:
    """Keep the posting's company from being deleted until the transaction ends; a posting never changes its own."""
    for company_id in Job.objects.filter(id=job_id).values_list("company_id", flat=True):
        hold_company(company_id=company_id)


def _close(job: Job, now: datetime) -> Job:
    require(TRANSITIONS, JobState(job.state), JobState.CLOSED)
    job.state, job.closed_at = JobState.CLOSED, now
    versioned.save(job, "state", "closed_at")
    cache.touch("jobs", f"job:{job.id}")
    return job
