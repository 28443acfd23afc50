"""Writing what search reads. Every service that changes a posting's words calls this in its transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import TextField, Value
from django.db.models.expressions import CombinedExpression

from apps.core import cache
from apps.jobs import locks
from apps.jobs.domain import search_text
from apps.jobs.models import Job, JobSearchText, PlaceAlias
from apps.jobs.selectors.listing import CONFIG

BATCH = 200


def write_search_texts(*, jobs: Iterable[Job]) -> None:
    """Write the search texts of postings, whose rows the caller has just written or holds locked."""
    jobs = list(jobs)
    aliases = _aliases_of({job.place_id for job in jobs})
    JobSearchText.objects.bulk_create(
        [
            JobSearchText(
                job=job,
                document=_vector(job, aliases[job.place_id], search_text.document_words),
                accented=_vector(job, aliases[job.place_id], search_text.accented_words),
            )
            for job in jobs
        ],
        update_conflicts=True,
        unique_fields=["job"],
        update_fields=["document", "accented"],
    )


def refresh_company(*, company_id: UUID) -> None:
    """Write the search texts of a company's postings anew, because its name has changed."""
    _refresh(list(Job.objects.filter(company_id=company_id).values_list("id", flat=True)))


def refresh_place(*, place_code: str) -> None:
    """Write the search texts of the postings in a place anew, because its names have changed."""
    _refresh(list(Job.objects.filter(place_id=place_code).values_list("id", flat=True)))


def _refresh(job_ids: list[UUID]) -> None:
    job_ids.sort()
    for start in range(0, len(job_ids), BATCH):
        # The lock comes before the words are read: an edit that runs meanwhile is not overwritten.
        with transaction.atomic():
            write_search_texts(jobs=locks.jobs_in_order(job_ids[start : start + BATCH]))
            cache.touch("jobs")


def _aliases_of(place_codes: Iterable[str]) -> Mapping[str, list[str]]:
    names: defaultdict[str, list[str]] = defaultdict(list)
    for code, name in PlaceAlias.objects.filter(place__in=place_codes).values_list(
        "place_id", "name"
    ):
        names[code].append(name)
    return names


def _vector(job: Job, aliases: list[str], words: Callable[[str], str]) -> CombinedExpression:
    place = job.place
    where = search_text.place_words(full_name=place.full_name, name=place.name, aliases=aliases)
    return (
        _weighted(words(job.title), "A")
        + _weighted(words(f"{job.company.name} {where} {job.requirements}"), "B")
        + _weighted(words(job.description), "C")
        + _weighted(words(job.benefits), "D")
    )


def _weighted(text: str, weight: str) -> SearchVector:
    return SearchVector(Value(text, output_field=TextField()), config=CONFIG, weight=weight)
