"""Postings for tests, made as rows with their search texts: what a service would do besides is its test's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from apps.companies.tests.factories import CompanyFactory
from apps.core.text import slug_suffix, slugify
from apps.jobs.domain import lifecycle
from apps.jobs.domain.terms import JobTerms
from apps.jobs.enums import JobState, JobType
from apps.jobs.models import Job, Place
from apps.jobs.selectors import resolve_place
from apps.jobs.services.indexing import write_search_texts
from apps.jobs.services.taxonomy import load_places
from apps.users.tests.factories import UserFactory


def place(name: str = "Hà Nội") -> Place:
    """Return a place by a name of it; a test on real connections has emptied the table, so load it then."""
    if not Place.objects.exists():
        load_places()
    return resolve_place(name=name)


def job_terms() -> JobTerms:
    """Return terms that can stand."""
    return JobTerms(
        title="Kỹ sư phần mềm",
        location="Hà Nội",
        job_type=JobType.FULL_TIME,
        salary_min=None,
        salary_max=None,
        is_negotiable=True,
        description="Viết phần mềm.",
        requirements="",
        benefits="",
        deadline=lifecycle.today(timezone.now()) + timedelta(days=30),
    )


class JobFactory(DjangoModelFactory[Job]):
    """A live posting; ``state`` and ``expired`` make another, ``place`` takes a name of a place too."""

    class Meta:
        model = Job

    class Params:
        expired: Any = Trait(
            deadline=LazyFunction(lambda: lifecycle.today(timezone.now()) - timedelta(days=1))
        )

    company = SubFactory(CompanyFactory)
    posted_by = SubFactory(UserFactory, recruiter=True)
    title = Sequence(lambda n: f"Nhân viên kinh doanh {n}")
    slug = LazyAttribute(lambda job: f"{slugify(job.title)}-{slug_suffix()}")
    place = "Hà Nội"
    job_type = JobType.FULL_TIME
    salary_min = 15_000_000
    salary_max = 25_000_000
    description = "Tìm kiếm và chăm sóc khách hàng."
    deadline = LazyFunction(lambda: lifecycle.today(timezone.now()) + timedelta(days=30))
    expires_at = LazyAttribute(lambda job: lifecycle.expiry_of(job.deadline))
    state = JobState.PUBLISHED
    published_at = LazyAttribute(
        lambda job: None if job.state == JobState.DRAFT else timezone.now()
    )
    closed_at = LazyAttribute(lambda job: timezone.now() if job.state == JobState.CLOSED else None)

    @classmethod
    def _create(cls, model_class: type[Job], *args: Any, **values: Any) -> Job:
        if not isinstance(values["place"], Place):
            values["place"] = place(values["place"])
        job = super()._create(model_class, *args, **values)
        write_search_texts(jobs=[job])
        return job
