"""What the services promise beyond what HTTP shows: locks, atomicity, constraints, clocks."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from apps.core.errors import InvalidInput, constraint_error
from apps.jobs.domain import lifecycle
from apps.jobs.domain.terms import JobTerms, changed_terms, check
from apps.jobs.enums import JobState, JobStatusV1, JobType
from apps.jobs.errors import DeadlinePassed, JobClosed, JobExpired, JobNotFound
from apps.jobs.models import Job, JobSearchText
from apps.jobs.selectors import (
    get_job_for,
    live_jobs,
    posting_unscoped,
    postings_unscoped,
)
from apps.jobs.services import applying, drafting, publishing
from apps.jobs.tests.factories import JobFactory, place
from apps.payments.selectors import credits_for
from apps.payments.tests.factories import grant

pytestmark = pytest.mark.django_db


def terms(now, **changes) -> JobTerms:
    values = {
        "title": "Kế toán kho",
        "location": "Hà Nội",
        "job_type": JobType.FULL_TIME,
        "salary_min": None,
        "salary_max": None,
        "is_negotiable": True,
        "description": "Theo dõi nhập xuất.",
        "requirements": "",
        "benefits": "",
        "deadline": lifecycle.today(now) + timedelta(days=10),
    }
    return JobTerms(**values | changes)


class TestTerms:
    TODAY = date(2026, 11, 22)

    def test_report_every_fault_at_once(self, now):
        bad = terms(now, salary_min=-5, salary_max=-9, deadline=self.TODAY - timedelta(days=1))

        with pytest.raises(InvalidInput) as refusal:
            check(bad, today=self.TODAY)

        assert [(e.pointer, e.code) for e in refusal.value.errors] == [
            ("salary_min", "range"),
            ("salary_max", "range"),
            ("salary_max", "range"),
            ("deadline", "past"),
        ]

    @pytest.mark.parametrize(
        ("low", "high"), [(None, None), (1, None), (None, 1), (1, 1), (1, 1_000_000_000_000)]
    )
    def test_pay_may_have_one_end_or_none(self, now, low, high):
        check(terms(now, salary_min=low, salary_max=high, deadline=self.TODAY), today=self.TODAY)

    def test_an_old_deadline_counts_only_when_it_is_the_change(self, now):
        old = terms(now, deadline=self.TODAY - timedelta(days=1))

        check(old, today=self.TODAY, changed=frozenset({"title"}))
        with pytest.raises(InvalidInput):
            check(old, today=self.TODAY, changed=frozenset({"deadline"}))

    def test_differ_by_name(self, now):
        assert changed_terms(terms(now), terms(now, title="x", salary_min=1)) == {
            "title",
            "salary_min",
        }


class TestCreateJob:
    def test_writes_posting_search_text_and_one_debit(self, recruiter, company, now):
        grant(company, 1)

        job = drafting.create_job(actor=recruiter, terms=terms(now), now=now)

        stored = Job.objects.get()
        assert stored == job
        assert (stored.state, stored.published_at, stored.posted_by) == (
            "PUBLISHED",
            now,
            recruiter,
        )
        assert stored.expires_at == lifecycle.expiry_of(stored.deadline)
        assert JobSearchText.objects.get().job_id == job.id
        ledger = credits_for(viewer=recruiter, company_id=company.id, now=now)
        debits = [(entry.delta, entry.source, entry.actor_id) for entry in ledger.entries]
        assert debits[0] == (-1, f"job:{job.id}", recruiter.id)
        assert ledger.balance == 0

    def test_knows_the_day_in_vietnam(self, recruiter, company, now):
        """At 17:00 UTC the next day has begun in Vietnam, so that today's UTC date is yesterday there."""
        evening = now.replace(hour=17, minute=0, second=0, microsecond=0)

        with pytest.raises(InvalidInput):
            drafting.create_job(
                actor=recruiter,
                terms=terms(now, deadline=evening.date()),
                status=JobStatusV1.DRAFT,
                now=evening,
            )

        assert not Job.objects.exists()


class TestPublishJob:
    def test_on_the_last_day_and_not_a_moment_later(self, recruiter, company, now):
        grant(company, 2)
        first, second = (JobFactory(company=company, state=JobState.DRAFT) for _ in range(2))
        end = first.expires_at

        publishing.publish_job(actor=recruiter, job_id=first.id, now=end - timedelta(seconds=1))
        with pytest.raises(DeadlinePassed):
            publishing.publish_job(actor=recruiter, job_id=second.id, now=second.expires_at)

        assert set(Job.objects.values_list("state", flat=True)) == {"PUBLISHED", "DRAFT"}


class TestOpenPosting:
    def test_is_a_live_one(self, now):
        job = JobFactory(place="Cần Thơ")

        with transaction.atomic():
            found = applying.open_posting(job_id=job.id, now=now)

        assert (found.id, found.title, found.slug) == (job.id, job.title, job.slug)
        assert (found.company_id, found.company_name, found.company_slug) == (
            job.company_id,
            job.company.name,
            job.company.slug,
        )
        assert (found.place_name, found.state, found.deleted) == (
            "Cần Thơ",
            JobState.PUBLISHED,
            False,
        )
        assert found.is_live(now)

    @pytest.mark.parametrize(
        ("values", "refusal"),
        [
            ({"state": JobState.DRAFT}, JobNotFound),
            ({"state": JobState.CLOSED}, JobClosed),
            ({"expired": True}, JobExpired),
        ],
    )
    def test_is_no_other(self, now, values, refusal):
        job = JobFactory(**values)

        with pytest.raises(refusal), transaction.atomic():
            applying.open_posting(job_id=job.id, now=now)

    def test_is_not_deleted_nor_of_a_deleted_company(self, now):
        deleted, orphan = JobFactory(deleted_at=now), JobFactory(company__deleted_at=now)

        for job in (deleted, orphan):
            with pytest.raises(JobNotFound), transaction.atomic():
                applying.open_posting(job_id=job.id, now=now)

    def test_is_one_that_exists(self, now, company):
        with pytest.raises(JobNotFound), transaction.atomic():
            applying.open_posting(job_id=company.id, now=now)

    def test_ends_with_its_expiry(self, now):
        job = JobFactory()

        with transaction.atomic():
            applying.open_posting(job_id=job.id, now=job.expires_at - timedelta(seconds=1))
        with pytest.raises(JobExpired), transaction.atomic():
            applying.open_posting(job_id=job.id, now=job.expires_at)


class TestPostings:
    def test_of_deleted_things_keep_their_names(self, now):
        job = JobFactory(deleted_at=now)

        posting = posting_unscoped(job.id)

        assert (posting.title, posting.company_name, posting.deleted) == (
            job.title,
            job.company.name,
            True,
        )
        assert not posting.is_live(now)

    def test_unknown_ids_have_none(self, company):
        assert postings_unscoped([company.id]) == {}

    def test_many_are_one_query(self, queries):
        jobs = [JobFactory() for _ in range(3)]

        with queries(1):
            assert set(postings_unscoped([job.id for job in jobs])) == {job.id for job in jobs}


class TestVisibleJobs:
    def test_are_live_or_ones_own(self, recruiter, other_recruiter, company, now):
        draft, live = JobFactory(company=company, state=JobState.DRAFT), JobFactory()

        def visible(viewer) -> set[UUID]:
            found = set()
            for job in (draft, live):
                with suppress(JobNotFound):
                    found.add(get_job_for(viewer=viewer, ref=str(job.id), now=now).id)
            return found

        assert set(live_jobs(now=now)) == {live}
        assert visible(None) == visible(other_recruiter) == {live.id}
        assert visible(recruiter) == {live.id, draft.id}

    @pytest.mark.parametrize("state", [JobState.DRAFT, JobState.CLOSED])
    def test_come_with_company_and_place(self, recruiter, company, now, queries, state):
        job = JobFactory(company=company, place="Huế", state=state)

        with queries(2):  # posting with company and place, roles
            found = get_job_for(viewer=recruiter, ref=str(job.id), now=now)
            assert (found.company_name, found.place_name) == (company.name, "Huế")

    def test_live_ones_are_one_query_whoever_looks(self, recruiter, now, queries):
        job = JobFactory()

        with queries(1):
            assert get_job_for(viewer=recruiter, ref=job.slug, now=now).id == job.id


class TestConstraints:
    """The database refuses what no service would write."""

    @pytest.mark.parametrize(
        ("values", "constraint"),
        [
            ({"salary_min": 0}, "jobs_job_salary_positive"),
            ({"salary_min": 2, "salary_max": 1}, "jobs_job_salary_ordered"),
            ({"job_type": "GIG"}, "jobs_job_type_known"),
            ({"state": "PAUSED"}, "jobs_job_state_dated"),
            ({"published_at": None}, "jobs_job_state_dated"),
        ],
    )
    def test_refuse(self, values, constraint):
        job = JobFactory()

        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Job.objects.filter(pk=job.pk).update(**values)

    @pytest.mark.parametrize(
        ("constraint", "pointer"),
        [("jobs_job_salary_positive", "salary_min"), ("jobs_job_salary_ordered", "salary_max")],
    )
    def test_mean_what_the_rules_mean(self, constraint, pointer):
        error = constraint_error(constraint)

        assert isinstance(error, InvalidInput)
        assert [(e.pointer, e.code) for e in error.errors] == [(pointer, "range")]

    def test_slugs_are_unique_even_among_deleted_postings(self, now):
        first, second = JobFactory(deleted_at=now), JobFactory()

        with pytest.raises(IntegrityError, match="jobs_job_slug_unique"), transaction.atomic():
            Job.objects.filter(pk=second.pk).update(slug=first.slug)

    def test_a_place_in_use_stays(self):
        JobFactory(place="Huế")

        with pytest.raises(Exception, match="protected"):
            place("Huế").delete()
