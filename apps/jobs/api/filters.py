"""The filter grammar of the list of postings, shared by every reading of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from apps.core.api.filters import Filters, Several
from apps.jobs.domain.criteria import JobCriteria
from apps.jobs.enums import JobOrdering, JobStatusV1, JobType

SEARCH_LENGTH = 200


class _Narrowing(Filters):
    """What both ways to the list have in common."""

    place = Several(
        serializers.CharField(max_length=100),
        help_text="Code of a place; repeated means or. Codes stand in `places/`.",
    )
    location = serializers.CharField(
        max_length=100,
        help_text="Name of a place: present, before July 2025, or abbreviated, accents or not.",
    )
    job_type = Several(
        serializers.ChoiceField(choices=JobType.choices), help_text="Repeated means or."
    )
    company = Several(serializers.UUIDField(), help_text="Id of a company; repeated means or.")
    posted_within = serializers.IntegerField(
        min_value=1, max_value=365, help_text="Published in the last so many days."
    )
    status = Several(
        serializers.ChoiceField(choices=JobStatusV1.choices),
        help_text="Word of v1; repeated means or. The public list has nothing but PUBLISHED.",
    )
    mine = serializers.BooleanField(
        help_text="The postings of the caller's companies in every state, last created first."
    )
    ordering = serializers.ChoiceField(
        choices=JobOrdering.choices,
        help_text="Without it a search has the best match first, a list the newest.",
    )


class JobFilters(_Narrowing):
    """Filters of `jobs/`."""

    search = serializers.CharField(
        max_length=SEARCH_LENGTH,
        help_text="Every word must occur; accents are not needed, and rank first where they are typed.",
    )


class JobSearchFilters(_Narrowing):
    """Filters of `jobs/search/`: those of `jobs/`, with `q` for `search`."""

    q = serializers.CharField(max_length=SEARCH_LENGTH, help_text="What `search` is in `jobs/`.")


class PlaceFilters(Filters):
    """Filters of `places/`."""

    search = serializers.CharField(
        max_length=100, help_text="Part of a name, present, old or abbreviated; accents or not."
    )


def job_criteria(values: Mapping[str, Any]) -> JobCriteria:
    """Return the values of either filter as the criteria that selectors take."""
    ordering = values.get("ordering")
    return JobCriteria(
        search=values.get("search") or values.get("q", ""),
        places=tuple(values.get("place", ())),
        location=values.get("location", ""),
        job_types=tuple(JobType(value) for value in values.get("job_type", ())),
        companies=tuple(values.get("company", ())),
        posted_within=values.get("posted_within"),
        statuses=tuple(JobStatusV1(value) for value in values.get("status", ())),
        mine=values.get("mine", False),
        ordering=JobOrdering(ordering) if ordering else None,
    )
