"""What postings are written with. Rules about the values are the domain's; here is their shape."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers

from apps.jobs.domain.terms import TEXT_LENGTH, TITLE_LENGTH, JobChanges, JobTerms
from apps.jobs.enums import JobStatusV1, JobType
from apps.jobs.errors import JobNotFound

_PAY = "Whole đồng a month; null for none."


class JobInput(serializers.Serializer[Any]):
    """A new posting, in the original's words."""

    title = serializers.CharField(max_length=TITLE_LENGTH)
    company = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="By default the caller's company."
    )
    location = serializers.CharField(
        max_length=100,
        help_text="Name of a place: present, before July 2025, or abbreviated, accents or not.",
    )
    job_type = serializers.ChoiceField(
        choices=JobType.choices, required=False, default=JobType.FULL_TIME
    )
    salary_min = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text=_PAY
    )
    salary_max = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text=_PAY
    )
    is_negotiable = serializers.BooleanField(required=False, default=False)
    description = serializers.CharField(max_length=TEXT_LENGTH)
    requirements = serializers.CharField(
        max_length=TEXT_LENGTH, required=False, allow_blank=True, default=""
    )
    benefits = serializers.CharField(
        max_length=TEXT_LENGTH, required=False, allow_blank=True, default=""
    )
    deadline = serializers.DateField(help_text="The last day to apply, in Vietnam.")
    status = serializers.ChoiceField(
        choices=JobStatusV1.choices,
        required=False,
        default=JobStatusV1.PUBLISHED,
        help_text="DRAFT saves; PUBLISHED also publishes and spends a credit; CLOSED is refused.",
    )

    def terms(self) -> JobTerms:
        """Return what the posting says."""
        values = self.validated_data
        return JobTerms(
            title=values["title"],
            location=values["location"],
            job_type=JobType(values["job_type"]),
            salary_min=values["salary_min"],
            salary_max=values["salary_max"],
            is_negotiable=values["is_negotiable"],
            description=values["description"],
            requirements=values["requirements"],
            benefits=values["benefits"],
            deadline=values["deadline"],
        )


class JobChangesInput(serializers.Serializer[Any]):
    """Changes of a posting; what is left out stays."""

    title = serializers.CharField(max_length=TITLE_LENGTH, required=False)
    location = serializers.CharField(
        max_length=100, required=False, help_text="Fixed once published."
    )
    job_type = serializers.ChoiceField(
        choices=JobType.choices, required=False, help_text="Fixed once published."
    )
    salary_min = serializers.IntegerField(required=False, allow_null=True, help_text=_PAY)
    salary_max = serializers.IntegerField(required=False, allow_null=True, help_text=_PAY)
    is_negotiable = serializers.BooleanField(required=False)
    description = serializers.CharField(max_length=TEXT_LENGTH, required=False)
    requirements = serializers.CharField(max_length=TEXT_LENGTH, required=False, allow_blank=True)
    benefits = serializers.CharField(max_length=TEXT_LENGTH, required=False, allow_blank=True)
    deadline = serializers.DateField(required=False)
    company = serializers.UUIDField(
        required=False, help_text="Only the present one: a posting is not moved."
    )
    status = serializers.ChoiceField(
        choices=JobStatusV1.choices,
        required=False,
        help_text="Only the present one: use `publish/` and `close/`.",
    )
    version = serializers.IntegerField(
        required=False, min_value=1, help_text="The version that the edit started from."
    )

    def changes(self) -> JobChanges:
        """Return the terms that are to change."""
        values = {
            name: value
            for name, value in self.validated_data.items()
            if name in JobChanges.__annotations__
        }
        if "job_type" in values:
            values["job_type"] = JobType(values["job_type"])
        return JobChanges(**values)  # type: ignore[typeddict-item]


def job_id_of(ref: str) -> UUID:
    """Return the id in an address that also takes slugs; only reading does.

    :raises JobNotFound: it is not an id
    """
    try:
        return UUID(ref)
    except ValueError:
        raise JobNotFound from None
