"""Reads of applications, as a viewer may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from apps.applications.domain import policies
from apps.applications.enums import ApplicationState, StepKind
from apps.applications.errors import ApplicationNotFound, CvNotShared
from apps.applications.models import Application, ApplicationEvent
from apps.companies.selectors import access
from apps.jobs.errors import JobNotFound
from apps.jobs.selectors import Posting, posting_unscoped

if TYPE_CHECKING:
    from apps.users.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationStats:
    """How many applications a viewer has, and how many of them stand where."""

    total: int
    pending: int
    interviews: int
    offers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFacts:
    """What higher apps tell people about an application."""

    id: UUID
    job_id: UUID
    job_title: str
    company_id: UUID
    company_name: str
    candidate_id: UUID
    candidate_name: str
    state: ApplicationState


def visible_applications(*, viewer: User) -> QuerySet[Application]:
    """Return the applications that the viewer may see, newest first, each with its candidate.

    Candidates see their own; approved recruiters those to the companies in which their role includes the
    applicants; nobody else sees any here, and staff have the admin.
    """
    applications = Application.objects.select_related("candidate").order_by("-applied_at", "-id")
    if viewer.is_candidate:
        return applications.filter(candidate_id=viewer.pk)
    if viewer.is_recruiter:
        return applications.filter(company_id__in=access.applicant_companies(viewer=viewer))
    return applications.none()


def listed_applications(
    *,
    viewer: User,
    states: Collection[ApplicationState] = (),
    job_ids: Collection[UUID] = (),
    oldest_first: bool = False,
) -> QuerySet[Application]:
    """Return the applications that the viewer may see and asks for, newest first unless said otherwise."""
    applications = visible_applications(viewer=viewer)
    if states:
        applications = applications.filter(state__in=states)
    if job_ids:
        applications = applications.filter(job_id__in=job_ids)
    return applications.reverse() if oldest_first else applications


def get_application_for(*, viewer: User, application_id: UUID) -> Application:
    """Return one application.

    :raises ApplicationNotFound: it is not there, or not for the viewer
    """
    application = visible_applications(viewer=viewer).filter(pk=application_id).first()
    if application is None:
        raise ApplicationNotFound
    return application


def side_of(*, viewer: User, application: Application) -> policies.Side:
    """Return on which side of an application somebody stands who may see it."""
    own = application.candidate_id == viewer.pk
    return policies.Side.CANDIDATE if own else policies.Side.COMPANY


def timeline_of(*, viewer: User, application_id: UUID) -> QuerySet[ApplicationEvent]:
    """Return an application's history, oldest step first.

    :raises ApplicationNotFound: it is not there, or not for the viewer
    """
    application = get_application_for(viewer=viewer, application_id=application_id)
    return ApplicationEvent.objects.filter(application=application).order_by("version")


def application_stats(*, viewer: User) -> ApplicationStats:
    """Return the counts of the applications that the viewer may see, by where they stand now."""
    counts = visible_applications(viewer=viewer).aggregate(
        total=Count("id"),
        pending=Count("id", filter=Q(state=ApplicationState.SUBMITTED)),
        interviews=Count("id", filter=Q(state=ApplicationState.INTERVIEW)),
        offers=Count("id", filter=Q(state=ApplicationState.OFFER)),
    )
    return ApplicationStats(**counts)


def posting_with_applicants(*, viewer: User, job_id: UUID) -> Posting:
    """Return a posting, deleted ones included, whose applications the viewer may see as its company.

    :raises JobNotFound: there is none, or its applications are not the viewer's to see
    """
    posting = posting_unscoped(job_id)
    companies = access.applicant_companies(viewer=viewer) if viewer.is_recruiter else frozenset()
    if posting.company_id not in companies:
        raise JobNotFound
    return posting


def exported_applications(*, viewer: User, job_id: UUID) -> QuerySet[Application]:
    """Return what an export shows of the applications to a posting, oldest first."""
    return (
        visible_applications(viewer=viewer)
        .filter(job_id=job_id)
        .only(
            "state",
            "applied_at",
            "job_title",
            "candidate__full_name",
            "candidate__email",
            "candidate__phone_number",
        )
        .order_by("applied_at", "id")
    )


def withdrawn_since_unscoped(job_id: UUID, since: datetime) -> bool:
    """Tell whether an application to the posting was withdrawn since a moment."""
    return ApplicationEvent.objects.filter(
        application__job_id=job_id, kind=StepKind.WITHDRAWN, created_at__gte=since
    ).exists()


def get_application_with_cv_for(*, viewer: User, application_id: UUID) -> Application:
    """Return an application whose CV the viewer may read, with that.

    :raises ApplicationNotFound: it is not there, or not for the viewer
    :raises CvNotShared: the viewer is of the company, and the candidate withdrew
    """
    application = (
        visible_applications(viewer=viewer).select_related("cv").filter(pk=application_id).first()
    )
    if application is None:
        raise ApplicationNotFound
    side = side_of(viewer=viewer, application=application)
    if not policies.may_see_contact(side, ApplicationState(application.state)):
        raise CvNotShared
    return application


def application_facts_unscoped(application_id: UUID) -> ApplicationFacts | None:
    """Return what is told about an application, or None when there is none."""
    application = Application.objects.select_related("candidate").filter(pk=application_id).first()
    if application is None:
        return None
    return ApplicationFacts(
        id=application.pk,
        job_id=application.job_id,
        job_title=application.job_title,
        company_id=application.company_id,
        company_name=application.company_name,
        candidate_id=application.candidate_id,
        candidate_name=application.candidate.full_name,
        state=ApplicationState(application.state),
    )
