"""Reading one posting over HTTP."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from apps.companies.enums import MemberRole
from apps.companies.tests.factories import MembershipFactory
from apps.jobs.enums import JobState
from apps.jobs.models import Job
from apps.jobs.presenters import JobCompanySerializer, JobPlaceSerializer, JobSerializer
from apps.jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db

JOBS = "/api/v1/jobs/"


def detail(job: Job) -> str:
    return f"{JOBS}{job.id}/"


class TestReading:
    def test_by_id_and_by_slug(self, api, company):
        job = JobFactory(company=company)

        by_id, by_slug = api().get(detail(job)), api().get(f"{JOBS}{job.slug}/")

        assert by_id.status_code == by_slug.status_code == 200
        assert by_id.json() == by_slug.json()
        assert by_id.json()["allowed_actions"] == []

    def test_shows_exactly_what_is_documented(self, api, company):
        body = api().get(detail(JobFactory(company=company))).json()

        assert list(body) == list(JobSerializer().fields)
        assert list(body["place"]) == list(JobPlaceSerializer().fields)
        assert list(body["company"]) == list(JobCompanySerializer().fields)
        serialised = JobSerializer(body).data
        assert {name: serialised[name] for name in body} == body

    @pytest.mark.parametrize(
        "ref", ["no-such-slug-abc123", str(UUID(int=7)), str(uuid4()).replace("-", "")]
    )
    def test_what_is_not_there_is_not_found(self, api, ref):
        answer = api().get(f"{JOBS}{ref}/")

        assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")

    @pytest.mark.parametrize("state", [JobState.DRAFT, JobState.CLOSED])
    def test_what_is_not_public_is_for_members_only(
        self, api, recruiter, other_recruiter, other_company, candidate, staff, company, state
    ):
        job = JobFactory(company=company, state=state)

        assert api(as_=recruiter).get(detail(job)).status_code == 200
        for stranger in (None, candidate, other_recruiter, staff):
            assert api(as_=stranger).get(detail(job)).status_code == 404
            assert api(as_=stranger).get(f"{JOBS}{job.slug}/").status_code == 404

    def test_a_member_who_does_not_recruit_sees_drafts_and_may_do_nothing(self, api, company):
        member = MembershipFactory(company=company, role=MemberRole.INTERVIEWER)
        job = JobFactory(company=company, state=JobState.DRAFT)

        assert api(as_=member.user).get(detail(job)).json()["allowed_actions"] == []

    def test_an_expired_posting_reads_closed_and_only_members_see_it(self, api, recruiter, company):
        job = JobFactory(company=company, expired=True)

        body = api(as_=recruiter).get(detail(job)).json()

        assert (body["status"], body["state"], body["is_live"]) == ("CLOSED", "PUBLISHED", False)
        assert body["allowed_actions"] == ["close", "delete"]
        assert api().get(detail(job)).status_code == 404

    def test_postings_of_a_deleted_company_are_gone(self, api, recruiter, company):
        job = JobFactory(company=company)
        company.deleted_at = timezone.now()
        company.save()

        assert api().get(detail(job)).status_code == 404
        assert api(as_=recruiter).get(detail(job)).status_code == 404
        assert api().get(JOBS).json()["count"] == 0

    def test_every_write_shows_at_the_next_read(self, api, recruiter, company):
        """The original served a closed or deleted posting for a quarter of an hour (D16)."""
        job, owner, public = JobFactory(company=company), api(as_=recruiter), api()
        assert public.get(detail(job)).json()["title"] == job.title

        owner.patch(detail(job), {"title": "Tên mới"}, format="json")
        assert public.get(detail(job)).json()["title"] == "Tên mới"
        owner.post(f"{detail(job)}close/")
        assert public.get(detail(job)).status_code == 404
        owner.delete(detail(job))
        assert owner.get(detail(job)).status_code == 404
