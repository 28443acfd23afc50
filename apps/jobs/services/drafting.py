"""Writing postings: new ones and edits of their terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from apps.companies.errors import CompanyNotFound, CompanyRequired, CompanyRoleNotAllowed
from apps.companies.selectors import access, company_of, roles_of
from apps.companies.services.companies import hold_company
from apps.core import audit, cache, versioned
from apps.core.errors import InvalidInput
from apps.core.errors import mark as _
from apps.core.text import nfc, slug_suffix, slugify
from apps.jobs import locks
from apps.jobs.domain import lifecycle
from apps.jobs.domain.terms import (
    JobChanges,
    JobTerms,
    changed_terms,
    check,
    check_published_edit,
)
from apps.jobs.enums import JobState, JobStatusV1, JobType
from apps.jobs.errors import JobClosed, JobExpired
from apps.jobs.models import Job, Place
from apps.jobs.selectors import resolve_place
from apps.jobs.services import publishing
from apps.jobs.services.indexing import write_search_texts
from apps.users.errors import RoleNotAllowed

if TYPE_CHECKING:
    from apps.users.models import User

SLUG_STEM_LENGTH = 80

_TOLD_BY_NAME = frozenset({"description", "requirements", "benefits"})
"""Of texts the audit trail tells that they were changed, of other terms from what to what."""


@transaction.atomic
def create_job(
    *,
    actor: User,
    terms: JobTerms,
    now: datetime,
    company_id: UUID | None = None,
    status: JobStatusV1 = JobStatusV1.PUBLISHED,
) -> Job:
    """Write a posting of a company, by default the actor's own; published, it spends a credit.

    :raises RoleNotAllowed: the actor is not an approved recruiter
    :raises CompanyRequired: no company is named and the actor belongs to none
    :raises CompanyNotFound: the actor is not a member of the company
    :raises CompanyRoleNotAllowed: the actor is a member, but does not recruit
    :raises PlaceUnknown: the location is no place's name
    :raises InvalidInput: the terms cannot stand
    :raises InsufficientCredits: nothing was saved
    """
    company_id = _company_to_post_for(actor, company_id)
    state = lifecycle.first_state(status)
    terms = _tidy(terms)
    check(terms, today=lifecycle.today(now))
    job = Job(
        company_id=company_id,
        posted_by=actor,
        slug=_new_slug(terms.title),
        state=state,
        published_at=now if state is JobState.PUBLISHED else None,
    )
    _set_terms(job, terms, _held_place(terms.location))
    job.save(force_insert=True)
    write_search_texts(jobs=[job])
    audit.record(actor, "created", job, state=state)
    cache.touch("jobs", f"job:{job.id}")
    if state is JobState.PUBLISHED:
        publishing.charge_for_posting(actor=actor, job=job, now=now)
    return job


@versioned.edit
def update_job(
    *,
    actor: User,
    job_id: UUID,
    changes: JobChanges,
    now: datetime,
    company_id: UUID | None = None,
    status: JobStatusV1 | None = None,
    version: int | None = None,
) -> Job:
    """Change what a posting says: a draft in everything, a public one in its texts, pay and deadline.

    ``company_id`` and ``status`` may be named by callers who send the whole posting back; they must be the
    present ones. An edit that changes nothing writes nothing.

    :raises JobNotFound: the actor may not see this posting
    :raises JobEditForbidden: the actor does not recruit for its company
    :raises StaleVersion: somebody else edited it since ``version``
    :raises JobClosed: a closed posting stays as it was
    :raises JobExpired: so does an expired one
    :raises PlaceUnknown: the location is no place's name
    :raises InvalidInput: a term cannot stand, or can no longer be changed
    """
    job = locks.job_for_edit(actor=actor, job_id=job_id, now=now)
    versioned.check(job, version)
    _require_editable(job, now)
    _require_unmoved(job, company_id, status)
    place = _held_place(changes["location"]) if "location" in changes else job.place
    before = _terms_of(job)
    after = replace(_tidy(replace(before, **changes)), location=place.name)
    changed = changed_terms(before, after)
    if job.state == JobState.PUBLISHED:
        check_published_edit(changed)
    check(after, today=lifecycle.today(now), changed=changed)
    if changed:
        _set_terms(job, after, place)
        columns = (changed - {"location"}) | {"place", "expires_at"}
        versioned.save(job, *sorted(columns))
        # Read anew under the lock that saving took: the company may have another name since, and whoever
        # writes the search texts because of that changes no version.
        write_search_texts(jobs=locks.jobs_in_order([job.id]))
        told = {
            name: [getattr(before, name), getattr(after, name)] for name in changed - _TOLD_BY_NAME
        }
        audit.record(actor, "updated", job, fields=sorted(changed), changes=told)
        cache.touch("jobs", f"job:{job.id}")
    return job


def _company_to_post_for(actor: User, company_id: UUID | None) -> UUID:
    if not actor.is_recruiter:
        raise RoleNotAllowed
    if company_id is None:
        company_id = company_of(user_id=actor.pk)
        if company_id is None:
            raise CompanyRequired
    # The name that the search texts get, and the right to post, are those that stand when this commits.
    hold_company(company_id=company_id)
    if company_id not in roles_of(user_id=actor.pk):
        raise CompanyNotFound
    if not access.may_post_for(actor=actor, company_id=company_id):
        raise CompanyRoleNotAllowed
    return company_id


def _held_place(name: str) -> Place:
    place = resolve_place(name=name)
    locks.share_place(place.code)
    return place


def _new_slug(title: str) -> str:
    return f"{slugify(title, max_length=SLUG_STEM_LENGTH) or 'viec-lam'}-{slug_suffix()}"


def _require_editable(job: Job, now: datetime) -> None:
    if job.state == JobState.CLOSED:
        raise JobClosed
    if job.state == JobState.PUBLISHED and now >= job.expires_at:
        raise JobExpired


def _require_unmoved(job: Job, company_id: UUID | None, status: JobStatusV1 | None) -> None:
    if company_id is not None and company_id != job.company_id:
        raise InvalidInput.field(
            "company", "fixed", _("A posting cannot be moved to another company")
        )
    # What is still editable is neither closed nor expired: here the state is the status.
    if status is not None and status.value != job.state:
        raise InvalidInput.field(
            "status", "use_action", _("Publish and close a posting by their own actions")
        )


def _tidy(terms: JobTerms) -> JobTerms:
    return replace(
        terms,
        title=" ".join(nfc(terms.title).split()),
        description=nfc(terms.description).strip(),
        requirements=nfc(terms.requirements).strip(),
        benefits=nfc(terms.benefits).strip(),
    )


def _terms_of(job: Job) -> JobTerms:
    return JobTerms(
        title=job.title,
        location=job.place.name,
        job_type=JobType(job.job_type),
        salary_min=job.salary_min,
        salary_max=job.salary_max,
        is_negotiable=job.is_negotiable,
        description=job.description,
        requirements=job.requirements,
        benefits=job.benefits,
        deadline=job.deadline,
    )


def _set_terms(job: Job, terms: JobTerms, place: Place) -> None:
    job.place = place
    job.title = terms.title
    job.job_type = terms.job_type
    job.salary_min = terms.salary_min
    job.salary_max = terms.salary_max
    job.is_negotiable = terms.is_negotiable
    job.description = terms.description
    job.requirements = terms.requirements
    job.benefits = terms.benefits
    job.deadline = terms.deadline
    job.expires_at = lifecycle.expiry_of(terms.deadline)
