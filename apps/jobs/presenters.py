"""Postings and places as output. The serializers are the documented shape of the dicts beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from rest_framework import serializers

from apps.companies.selectors.access import companies_posted_for
from apps.jobs.domain import lifecycle
from apps.jobs.enums import JobAction, JobState, JobStatusV1, JobType, PlaceKind
from apps.jobs.models import Job, Place
from apps.jobs.selectors import JobCard

if TYPE_CHECKING:
    from apps.users.models import User


class JobCompanySerializer(serializers.Serializer[Any]):
    """The company of a posting."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    is_verified = serializers.BooleanField(help_text="Checked by the staff of the platform.")


class JobPlaceSerializer(serializers.Serializer[Any]):
    """The place of a posting."""

    code = serializers.CharField(help_text="Two digits of Decision 19/2025, REMOTE or NATIONWIDE.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=PlaceKind.choices)


class JobSerializer(serializers.Serializer[Any]):
    """A posting. Lists show the same as the detail, as the original's did."""

    id = serializers.UUIDField()
    slug = serializers.CharField(help_text="Also opens the detail.")
    title = serializers.CharField()
    company = JobCompanySerializer()
    company_info = JobCompanySerializer(help_text="The same again, under the original's name.")
    location = serializers.CharField(help_text="The name of the place.")
    place = JobPlaceSerializer()
    job_type = serializers.ChoiceField(choices=JobType.choices)
    salary_min = serializers.IntegerField(allow_null=True, help_text="Whole đồng a month.")
    salary_max = serializers.IntegerField(allow_null=True, help_text="Whole đồng a month.")
    is_negotiable = serializers.BooleanField(help_text="Pay is agreed on with the candidate.")
    description = serializers.CharField()
    requirements = serializers.CharField()
    benefits = serializers.CharField()
    deadline = serializers.DateField(help_text="The last day to apply, in Vietnam.")
    status = serializers.ChoiceField(
        choices=JobStatusV1.choices, help_text="The word of v1: an expired posting reads CLOSED."
    )
    state = serializers.ChoiceField(choices=JobState.choices, help_text="The stored state.")
    is_live = serializers.BooleanField(help_text="Everybody sees it and candidates may apply.")
    published_at = serializers.DateTimeField(allow_null=True, help_text="null for a draft.")
    expires_at = serializers.DateTimeField(help_text="Midnight in Vietnam after the deadline.")
    version = serializers.IntegerField(help_text="Send it back with an edit.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    allowed_actions = serializers.ListField(
        child=serializers.ChoiceField(choices=JobAction.choices),
        help_text="What the viewer may do next.",
    )


class PlaceSerializer(serializers.Serializer[Any]):
    """A place that postings can be in."""

    code = serializers.CharField(help_text="Two digits of Decision 19/2025, REMOTE or NATIONWIDE.")
    name = serializers.CharField()
    full_name = serializers.CharField(help_text="With “Tỉnh” or “Thành phố”.")
    kind = serializers.ChoiceField(choices=PlaceKind.choices)
    aliases = serializers.ListField(
        child=serializers.CharField(), help_text="Old provinces, abbreviations and common names."
    )


def present_cards(
    cards: Sequence[JobCard], *, viewer: User | None, now: datetime
) -> list[dict[str, Any]]:
    """Return postings as a viewer sees them; asks once for all which companies the viewer recruits for."""
    posted_for = _posted_for(viewer)
    return [_present(card, posted_for, now) for card in cards]


def present_job(job: Job, *, viewer: User | None, now: datetime) -> dict[str, Any]:
    """Return a posting that was just changed, as a viewer sees it."""
    return _present(JobCard.of(job), _posted_for(viewer), now)


def present_place(place: Place) -> dict[str, Any]:
    """Return a place with the names under which it is also found."""
    return {
        "code": place.code,
        "name": place.name,
        "full_name": place.full_name,
        "kind": place.kind,
        "aliases": [alias.name for alias in place.aliases.all() if alias.name != place.name],
    }


def _posted_for(viewer: User | None) -> frozenset[UUID]:
    return companies_posted_for(actor=viewer) if viewer is not None else frozenset()


def _present(job: JobCard, posted_for: frozenset[UUID], now: datetime) -> dict[str, Any]:
    state = JobState(job.state)
    company = {
        "id": job.company_id,
        "name": job.company_name,
        "slug": job.company_slug,
        "is_verified": job.company_is_verified,
    }
    return {
        "id": job.id,
        "slug": job.slug,
        "title": job.title,
        "company": company,
        "company_info": company,
        "location": job.place_name,
        "place": {"code": job.place_id, "name": job.place_name, "kind": job.place_kind},
        "job_type": job.job_type,
        "salary_min": job.salary_min,
        "salary_max": job.salary_max,
        "is_negotiable": job.is_negotiable,
        "description": job.description,
        "requirements": job.requirements,
        "benefits": job.benefits,
        "deadline": job.deadline,
        "status": lifecycle.status_v1(state=state, expires_at=job.expires_at, now=now),
        "state": state,
        "is_live": lifecycle.is_live(state=state, expires_at=job.expires_at, now=now),
        "published_at": job.published_at,
        "expires_at": job.expires_at,
        "version": job.version,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "allowed_actions": lifecycle.allowed_actions(
            state=state,
            expires_at=job.expires_at,
            now=now,
            may_recruit=job.company_id in posted_for,
        ),
    }
