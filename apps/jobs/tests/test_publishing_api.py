"""Publishing, closing and deleting postings over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from apps.jobs.enums import JobState
from apps.jobs.models import Job
from apps.jobs.tests.factories import JobFactory
from apps.payments.selectors import credit_balance
from apps.payments.tests.factories import grant

pytestmark = pytest.mark.django_db

JOBS = "/api/v1/jobs/"


def detail(job: Job) -> str:
    return f"{JOBS}{job.id}/"


def columns(job: Job) -> dict[str, Any]:
    return dict(Job.objects.filter(pk=job.pk).values().get())


class TestPublishingAndClosing:
    def test_publish_spends_one_credit(self, api, recruiter, company):
        grant(company, 2)
        job = JobFactory(company=company, state=JobState.DRAFT)

        answer = api(as_=recruiter).post(f"{detail(job)}publish/")

        body = answer.json()
        assert answer.status_code == 200
        assert (body["state"], body["status"], body["is_live"], body["version"]) == (
            "PUBLISHED", "PUBLISHED", True, 2,
        )  # fmt: skip
        assert api().get(detail(job)).status_code == 200
        assert credit_balance(company_id=company.id, now=timezone.now()) == 1

    def test_publish_without_credits_changes_nothing(self, api, recruiter, company):
        job = JobFactory(company=company, state=JobState.DRAFT)
        before = columns(job)

        answer = api(as_=recruiter).post(f"{detail(job)}publish/")

        assert (answer.status_code, answer.json()["code"]) == (402, "insufficient_credits")
        assert columns(job) == before

    @pytest.mark.parametrize(
        ("state", "verb", "allowed"),
        [
            (JobState.PUBLISHED, "publish", ["CLOSED"]),
            (JobState.CLOSED, "publish", []),
            (JobState.CLOSED, "close", []),
            (JobState.DRAFT, "close", ["PUBLISHED"]),
        ],
    )
    def test_a_step_that_does_not_exist_is_refused(
        self, api, recruiter, company, state, verb, allowed
    ):
        grant(company, 1)
        job = JobFactory(company=company, state=state)
        before = columns(job)

        answer = api(as_=recruiter).post(f"{detail(job)}{verb}/")

        assert (answer.status_code, answer.json()["code"]) == (409, "transition_refused")
        assert answer.json()["allowed"] == allowed
        assert columns(job) == before
        assert credit_balance(company_id=company.id, now=timezone.now()) == 1

    def test_a_draft_past_its_deadline_is_not_published(self, api, recruiter, company):
        grant(company, 1)
        job = JobFactory(company=company, state=JobState.DRAFT, expired=True)

        answer = api(as_=recruiter).post(f"{detail(job)}publish/")

        assert (answer.status_code, answer.json()["code"]) == (409, "deadline_passed")
        assert Job.objects.get().state == JobState.DRAFT
        assert credit_balance(company_id=company.id, now=timezone.now()) == 1

    def test_closing_hides_the_posting_from_the_public_and_not_from_its_owner(
        self, api, recruiter, company
    ):
        """In the original the owner of a closed posting got 404 as well (D23)."""
        job = JobFactory(company=company)

        answer = api(as_=recruiter).post(f"{detail(job)}close/")

        assert answer.status_code == 200
        assert (answer.json()["status"], answer.json()["allowed_actions"]) == ("CLOSED", ["delete"])
        assert api().get(detail(job)).status_code == 404
        assert api(as_=recruiter).get(detail(job)).status_code == 200

    def test_deleting_is_soft_and_hides_the_posting_from_all(self, api, recruiter, company):
        job = JobFactory(company=company)

        answer = api(as_=recruiter).delete(detail(job))

        assert (answer.status_code, answer.content) == (204, b"")
        assert Job.objects.get().deleted_at is not None
        assert api(as_=recruiter).get(detail(job)).status_code == 404
        assert api(as_=recruiter).delete(detail(job)).status_code == 404
        assert api(as_=recruiter).get(JOBS, {"mine": "true"}).json()["count"] == 0
