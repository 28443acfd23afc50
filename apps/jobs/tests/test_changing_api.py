"""Changing postings over HTTP, and the defects of the original that must not return."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.companies.enums import MemberRole
from apps.companies.tests.factories import CompanyFactory, MembershipFactory
from apps.jobs.domain import lifecycle
from apps.jobs.enums import JobState
from apps.jobs.models import Job
from apps.jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db

JOBS = "/api/v1/jobs/"


def detail(job: Job) -> str:
    return f"{JOBS}{job.id}/"


def columns(job: Job) -> dict[str, Any]:
    return dict(Job.objects.filter(pk=job.pk).values().get())


class TestChanging:
    def test_a_draft_in_everything(self, api, recruiter, company):
        job = JobFactory(company=company, state=JobState.DRAFT)
        deadline = lifecycle.today(timezone.now()) + timedelta(days=5)

        answer = api(as_=recruiter).patch(
            detail(job),
            {
                "title": "Kế toán kho",
                "location": "BR-VT",
                "job_type": "PART_TIME",
                "salary_min": None,
                "salary_max": 9_000_000,
                "is_negotiable": True,
                "description": "Mới.",
                "requirements": "Cẩn thận.",
                "benefits": "",
                "deadline": deadline.isoformat(),
                "version": 1,
            },
            format="json",
        )

        body = answer.json()
        assert answer.status_code == 200
        assert (body["title"], body["slug"], body["version"]) == ("Kế toán kho", job.slug, 2)
        assert (body["place"]["code"], body["job_type"]) == ("79", "PART_TIME")
        assert (body["salary_min"], body["salary_max"]) == (None, 9_000_000)
        assert body["is_negotiable"] is True
        assert (body["description"], body["requirements"], body["benefits"]) == (
            "Mới.",
            "Cẩn thận.",
            "",
        )
        assert body["expires_at"] == f"{deadline + timedelta(days=1)}T00:00:00+07:00"
        assert api(as_=recruiter).get(detail(job)).json() == body

    def test_a_live_posting_in_texts_pay_and_deadline(self, api, recruiter, company):
        job = JobFactory(company=company, salary_min=10, salary_max=20)

        answer = api(as_=recruiter).patch(
            detail(job),
            {"title": "Tên mới", "salary_max": 30, "location": "hà nội", "job_type": "FULL_TIME"},
            format="json",
        )

        body = answer.json()
        assert answer.status_code == 200
        assert (body["title"], body["salary_max"], body["version"]) == ("Tên mới", 30, 2)
        assert body["is_live"] is True

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [({"location": "Cần Thơ"}, "location"), ({"job_type": "FREELANCE"}, "job_type")],
    )
    def test_not_a_live_posting_in_what_applicants_relied_on(
        self, api, recruiter, company, change, pointer
    ):
        job = JobFactory(company=company)
        before = columns(job)

        answer = api(as_=recruiter).patch(detail(job), change, format="json")

        assert answer.status_code == 400
        assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, "fixed")]
        assert columns(job) == before

    @pytest.mark.parametrize(
        ("values", "code"),
        [({"state": JobState.CLOSED}, "job_closed"), ({"expired": True}, "job_expired")],
    )
    def test_not_a_posting_that_is_over(self, api, recruiter, company, values, code):
        job = JobFactory(company=company, **values)
        before = columns(job)
        deadline = lifecycle.today(timezone.now()) + timedelta(days=5)

        answer = api(as_=recruiter).patch(
            detail(job), {"deadline": deadline.isoformat()}, format="json"
        )

        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert columns(job) == before

    def test_pay_is_checked_against_what_stays(self, api, recruiter, company):
        job = JobFactory(company=company, salary_min=15, salary_max=25)

        answer = api(as_=recruiter).patch(detail(job), {"salary_min": 26}, format="json")

        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "salary_max"

    def test_a_draft_whose_deadline_passed_can_still_be_edited(self, api, recruiter, company):
        job = JobFactory(company=company, state=JobState.DRAFT, expired=True)

        assert (
            api(as_=recruiter).patch(detail(job), {"title": "Mới"}, format="json").status_code
            == 200
        )

    def test_a_stale_version_is_refused_and_changes_nothing(self, api, recruiter, company):
        job = JobFactory(company=company)
        client = api(as_=recruiter)
        client.patch(detail(job), {"title": "Thứ hai", "version": 1}, format="json")

        answer = client.patch(detail(job), {"title": "Thứ ba", "version": 1}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
        assert Job.objects.get().title == "Thứ hai"

    def test_nothing_new_writes_nothing(self, api, recruiter, company):
        job = JobFactory(company=company)
        before = columns(job)

        answer = api(as_=recruiter).patch(detail(job), {"title": job.title}, format="json")

        assert answer.status_code == 200
        assert columns(job) == before

    def test_the_whole_posting_may_be_sent_back(self, api, recruiter, company):
        job = JobFactory(company=company)
        client = api(as_=recruiter)
        body = client.get(detail(job)).json()
        body |= {"company": body["company"]["id"], "benefits": "Thưởng Tết."}

        answer = client.patch(detail(job), body, format="json")

        assert answer.status_code == 200
        assert answer.json()["benefits"] == "Thưởng Tết."

    def test_cannot_be_moved_to_another_company(self, api, recruiter, company):
        """The original let a posting be moved to any company (D31)."""
        second = CompanyFactory(owner=recruiter)
        job = JobFactory(company=company, state=JobState.DRAFT)

        answer = api(as_=recruiter).patch(detail(job), {"company": str(second.id)}, format="json")

        assert answer.status_code == 400
        assert answer.json()["company"] == ["A posting cannot be moved to another company"]
        assert Job.objects.get().company_id == company.id

    @pytest.mark.parametrize("status", ["PUBLISHED", "CLOSED"])
    def test_cannot_be_published_or_closed_by_an_edit(self, api, recruiter, company, status):
        job = JobFactory(company=company, state=JobState.DRAFT)

        answer = api(as_=recruiter).patch(detail(job), {"status": status}, format="json")

        assert answer.status_code == 400
        assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
            ("status", "use_action")
        ]
        assert Job.objects.get().state == JobState.DRAFT

    def test_what_the_platform_keeps_is_not_writable(self, api, recruiter, company):
        job = JobFactory(company=company, state=JobState.DRAFT)
        before = columns(job)

        api(as_=recruiter).patch(
            detail(job),
            {
                "id": str(uuid4()),
                "slug": "mine-000000",
                "state": "PUBLISHED",
                "deleted_at": "2026-01-01T00:00:00Z",
                "published_at": "2026-01-01T00:00:00Z",
                "posted_by": str(uuid4()),
            },
            format="json",
        )

        assert columns(job) == before


class TestWhoMayChange:
    """In the original any signed-in person could edit and delete any posting (D1)."""

    @pytest.mark.parametrize("persona", ["candidate", "other_recruiter", "staff"])
    @pytest.mark.parametrize("verb", ["patch", "delete", "publish", "close"])
    @pytest.mark.parametrize(
        ("state", "status"), [(JobState.PUBLISHED, 403), (JobState.DRAFT, 404)]
    )
    def test_no_stranger(self, request, api, company, other_company, persona, verb, state, status):
        job = JobFactory(company=company, state=state)
        client = api(as_=request.getfixturevalue(persona))
        before = columns(job)

        match verb:
            case "patch":
                answer = client.patch(detail(job), {"title": "Cướp"}, format="json")
            case "delete":
                answer = client.delete(detail(job))
            case _:
                answer = client.post(f"{detail(job)}{verb}/")

        assert answer.status_code == status
        assert answer.json()["code"] == {403: "job_edit_forbidden", 404: "job_not_found"}[status]
        assert columns(job) == before

    @pytest.mark.parametrize("verb", ["patch", "delete", "publish", "close"])
    def test_nobody_anonymous(self, api, company, verb):
        job = JobFactory(company=company)
        before = columns(job)

        match verb:
            case "patch":
                answer = api().patch(detail(job), {"title": "Cướp"}, format="json")
            case "delete":
                answer = api().delete(detail(job))
            case _:
                answer = api().post(f"{detail(job)}{verb}/")

        assert answer.status_code == 401
        assert columns(job) == before

    def test_no_member_whose_role_does_not_recruit(self, api, company):
        member = MembershipFactory(company=company, role=MemberRole.INTERVIEWER)
        job = JobFactory(company=company, state=JobState.DRAFT)

        answer = api(as_=member.user).patch(detail(job), {"title": "Mới"}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (403, "job_edit_forbidden")

    def test_colleagues_who_recruit(self, api, company):
        colleague = MembershipFactory(company=company, role=MemberRole.RECRUITER)
        job = JobFactory(company=company)

        answer = api(as_=colleague.user).patch(detail(job), {"title": "Mới"}, format="json")

        assert answer.status_code == 200

    @pytest.mark.parametrize("verb", ["patch", "delete"])
    def test_writing_takes_the_id_only(self, api, recruiter, company, verb):
        job = JobFactory(company=company)

        answer = getattr(api(as_=recruiter), verb)(f"{JOBS}{job.slug}/", {}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")

    def test_replacing_is_not_offered(self, api, recruiter, company, posting):
        assert (
            api(as_=recruiter)
            .put(detail(JobFactory(company=company)), posting, format="json")
            .status_code
            == 405
        )
