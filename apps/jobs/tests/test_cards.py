"""Cards: what is read of a posting in plain rows is what the posting and the documents say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.companies.tests.factories import CompanyFactory
from apps.jobs.domain.criteria import JobCriteria
from apps.jobs.enums import JobOrdering
from apps.jobs.models import Job
from apps.jobs.presenters import JobSerializer, present_cards, present_job
from apps.jobs.selectors import JobCard, get_job_for, listed_cards, listed_jobs
from apps.jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db

ORDERINGS = [None, *JobOrdering]


@pytest.fixture
def jobs():
    """Return two postings that differ in everything that can differ."""
    now = timezone.now()
    plain = JobFactory(published_at=now - timedelta(hours=2), salary_min=None, salary_max=None)
    full = JobFactory(
        company=CompanyFactory(verified_at=now),
        place="Huế",
        job_type="PART_TIME",
        salary_min=10_000_000,
        salary_max=20_000_000,
        requirements="Hai năm kinh nghiệm.",
        benefits="Xe đưa đón.",
        published_at=now - timedelta(hours=1),
    )
    Job.objects.filter(id=full.id).update(version=7)
    return [Job.objects.get(id=full.id), Job.objects.get(id=plain.id)]


class TestCards:
    def test_of_a_query_and_of_a_posting_are_the_same(self, jobs, now):
        cards = [JobCard.of(job) for job in jobs]

        assert listed_cards(viewer=None, criteria=JobCriteria(), now=now).all() == cards
        assert [get_job_for(viewer=None, ref=str(job.id), now=now) for job in jobs] == cards
        assert [get_job_for(viewer=None, ref=job.slug, now=now) for job in jobs] == cards

    def test_are_shown_as_the_posting_is_and_as_documented(self, jobs, recruiter, now):
        shown = present_cards([JobCard.of(job) for job in jobs], viewer=recruiter, now=now)

        assert shown == [present_job(job, viewer=recruiter, now=now) for job in jobs]
        for job, output in zip(jobs, shown, strict=True):
            assert list(output) == list(JobSerializer().fields)
            documented = JobSerializer(output).data
            assert list(documented["company"]) == list(output["company"])
            assert list(documented["company_info"]) == list(output["company_info"])
            assert list(documented["place"]) == list(output["place"])
            assert output["company"]["is_verified"] is job.company.is_verified
            assert (output["location"], output["version"]) == (job.place.name, job.version)


class TestListedCards:
    @pytest.mark.parametrize("ordering", ORDERINGS)
    def test_come_as_the_postings_do(self, jobs, now, ordering):
        criteria = JobCriteria(ordering=ordering)
        ids = [job.id for job in listed_jobs(viewer=None, criteria=criteria, now=now)]

        found = listed_cards(viewer=None, criteria=criteria, now=now)

        assert [card.id for card in found.all()] == ids
        assert (found.count(), [card.id for card in found[1:2]]) == (2, ids[1:])

    def test_go_with_the_instant_of_each_reading(self, jobs):
        end = jobs[0].expires_at
        before, at = end - timedelta(microseconds=1), end

        def count(now) -> int:
            return listed_cards(viewer=None, criteria=JobCriteria(), now=now).count()

        assert [count(before), count(at), count(before)] == [2, 0, 2]

    def test_of_deleted_companies_are_in_no_kept_query(self, jobs, now):
        criteria = JobCriteria()
        assert listed_cards(viewer=None, criteria=criteria, now=now).count() == 2

        jobs[0].company.deleted_at = now
        jobs[0].company.save()

        found = listed_cards(viewer=None, criteria=criteria, now=now)
        assert [card.id for card in found[0:20]] == [jobs[1].id]

    def test_of_words_that_nothing_has_are_none(self, jobs, now):
        found = listed_cards(viewer=None, criteria=JobCriteria(search="!!!"), now=now)

        assert (found.count(), found[0:20]) == (0, [])
