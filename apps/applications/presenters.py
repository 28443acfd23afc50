"""The shapes in which applications leave the platform."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.reverse import reverse

from apps.applications.domain import lifecycle, policies
from apps.applications.domain.policies import Side
from apps.applications.enums import (
    ApplicationAction,
    ApplicationState,
    ApplicationStatusV1,
    StepKind,
)
from apps.applications.models import Application, ApplicationEvent
from apps.applications.selectors import ApplicationStats, side_of
from apps.jobs.enums import JobStatusV1
from apps.jobs.selectors import Posting, postings_unscoped

if TYPE_CHECKING:
    from apps.users.models import User


class AppliedCompanySerializer(serializers.Serializer[Any]):
    """The company of the posting, by the name that it had when the application was made."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()


class AppliedJobSerializer(serializers.Serializer[Any]):
    """The posting as it was when the application was made, and what has become of it."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    slug = serializers.CharField(help_text="Also opens the posting, while it is public.")
    company = AppliedCompanySerializer()
    status = serializers.ChoiceField(choices=JobStatusV1.choices, help_text="What it is now.")
    is_deleted = serializers.BooleanField(
        help_text="The posting is no longer there; the application stays."
    )


class ApplicantSerializer(serializers.Serializer[Any]):
    """Who applied. The company sees how to reach them until they withdraw."""

    id = serializers.UUIDField()
    full_name = serializers.CharField()
    email = serializers.EmailField(allow_null=True, help_text="null while `contact_hidden`.")
    phone_number = serializers.CharField(
        allow_null=True, help_text="Empty when none is known; null while `contact_hidden`."
    )
    contact_hidden = serializers.BooleanField(
        help_text="The viewer may not see e-mail and phone number."
    )


class ApplicationSerializer(serializers.Serializer[Any]):
    """One application, as its candidate and the company see it."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=ApplicationStatusV1.choices)
    state = serializers.ChoiceField(
        choices=ApplicationState.choices,
        help_text="The stored state that `status` is the word for.",
    )
    applied_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text="Send it with a move to refuse a stale one.")
    job = AppliedJobSerializer()
    job_info = AppliedJobSerializer(help_text="The same as `job`, under its older name.")
    candidate = serializers.UUIDField(help_text="Id of who applied.")
    candidate_info = ApplicantSerializer()
    cover_letter = serializers.CharField(
        help_text="Empty for the company once withdrawn: letters name phone numbers too."
    )
    cv_file = serializers.URLField(
        allow_null=True, help_text="Where to download the CV, with the same authorisation."
    )
    allowed_actions = serializers.ListField(
        child=serializers.ChoiceField(choices=ApplicationAction.choices),
        help_text="What the viewer may do now.",
    )
    allowed_statuses = serializers.ListField(
        child=serializers.ChoiceField(choices=ApplicationStatusV1.choices),
        help_text="What `move` accepts from the viewer now.",
    )


class TimelineStepSerializer(serializers.Serializer[Any]):
    """One step of an application's history."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=StepKind.choices)
    to = serializers.ChoiceField(choices=ApplicationStatusV1.choices)
    at = serializers.DateTimeField()
    reason = serializers.CharField(
        required=False, help_text="The company's own note; absent for the candidate."
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields, with the one whose name is a keyword of Python's."""
        origin = serializers.ChoiceField(
            choices=ApplicationStatusV1.choices,
            allow_null=True,
            help_text="null for the first step.",
        )
        return {**super().get_fields(), "from": origin}


class ApplicationStatsSerializer(serializers.Serializer[Any]):
    """How many applications the viewer has, by where they stand now."""

    totalApplications = serializers.IntegerField(  # noqa: N815 - the name that clients read
        help_text="In whatever state."
    )
    pendingApplications = serializers.IntegerField(  # noqa: N815
        help_text="Nobody has looked at them yet."
    )
    interviews = serializers.IntegerField(help_text="Asked for an interview.")
    offers = serializers.IntegerField(help_text="With an offer.")


def present_applications(
    applications: Sequence[Application], *, viewer: User, request: Request, now: datetime
) -> list[dict[str, Any]]:
    """Return applications as the viewer may see them, asking for their postings all at once."""
    postings = postings_unscoped({application.job_id for application in applications})
    return [
        _present(
            application,
            side=side_of(viewer=viewer, application=application),
            job=_present_job(application, postings[application.job_id], now=now),
            request=request,
        )
        for application in applications
    ]


def present_application(
    application: Application, *, viewer: User, request: Request, now: datetime
) -> dict[str, Any]:
    """Return one application as the viewer may see it."""
    return present_applications([application], viewer=viewer, request=request, now=now)[0]


def present_timeline(steps: Iterable[ApplicationEvent], *, viewer: User) -> list[dict[str, Any]]:
    """Return an application's history; the company's reasons stay with the company."""
    reads_reasons = not viewer.is_candidate
    return [
        {
            "id": step.pk,
            "kind": step.kind,
            "from": _word(step.from_state) if step.from_state else None,
            "to": _word(step.to_state),
            "at": step.at,
            **({"reason": step.reason} if reads_reasons else {}),
        }
        for step in steps
    ]


def present_stats(stats: ApplicationStats) -> dict[str, int]:
    """Return the counts by the names that existing clients read."""
    return {
        "totalApplications": stats.total,
        "pendingApplications": stats.pending,
        "interviews": stats.interviews,
        "offers": stats.offers,
    }


def _present(
    application: Application, *, side: Side, job: dict[str, Any], request: Request
) -> dict[str, Any]:
    state = ApplicationState(application.state)
    actions = policies.allowed_actions(side, state)
    with_contact = policies.may_see_contact(side, state)
    return {
        "id": application.pk,
        "status": lifecycle.STATUS_OF[state].value,
        "state": state.value,
        "applied_at": application.applied_at,
        "created_at": application.created_at,
        "updated_at": application.updated_at,
        "version": application.version,
        "job": job,
        "job_info": job,
        "candidate": application.candidate_id,
        "candidate_info": _present_candidate(application.candidate, with_contact=with_contact),
        "cover_letter": application.cover_letter if with_contact else "",
        "cv_file": (
            reverse("application-cv", kwargs={"id": application.pk}, request=request)
            if ApplicationAction.DOWNLOAD_CV in actions
            else None
        ),
        "allowed_actions": [action.value for action in actions],
        "allowed_statuses": lifecycle.words(policies.allowed_moves(side, state)),
    }


def _present_job(application: Application, posting: Posting, *, now: datetime) -> dict[str, Any]:
    status = JobStatusV1.PUBLISHED if posting.is_live(now) else JobStatusV1.CLOSED
    return {
        "id": application.job_id,
        "title": application.job_title,
        "slug": application.job_slug,
        "company": {
            "id": application.company_id,
            "name": application.company_name,
            "slug": posting.company_slug,
        },
        "status": status.value,
        "is_deleted": posting.deleted,
    }


def _present_candidate(candidate: User, *, with_contact: bool) -> dict[str, Any]:
    return {
        "id": candidate.pk,
        "full_name": candidate.full_name,
        "email": candidate.email if with_contact else None,
        "phone_number": candidate.phone_number if with_contact else None,
        "contact_hidden": not with_contact,
    }


def _word(state: str) -> str:
    return lifecycle.STATUS_OF[ApplicationState(state)].value
