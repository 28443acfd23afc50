from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from apps.applications import presenters
from apps.applications.domain.lifecycle import HIRED, SUBMITTED, WITHDRAWN
from apps.applications.tests.factories import ApplicationFactory, pdf
from apps.companies.services import companies
from apps.jobs.enums import JobState
from apps.jobs.services import publishing
from apps.jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/applications/"


def detail(application):
    return f"{URL}{application.id}/"


class TestDetail:
    def test_shows_the_candidate_what_the_list_shows(self, api, application, candidate):
        client = api(as_=candidate)

        answer = client.get(detail(application))

        assert answer.status_code == 200
        assert [answer.json()] == client.get(URL).json()["results"]
        assert answer.json()["allowed_actions"] == ["download_cv", "withdraw"]

    def test_shows_the_company_how_to_reach_the_candidate(
        self, api, application, recruiter, candidate
    ):
        body = api(as_=recruiter).get(detail(application)).json()

        assert body["candidate_info"] == {
            "id": str(candidate.id),
            "full_name": "Trần Thị Bình",
            "email": "candidate@example.vn",
            "phone_number": candidate.phone_number,
            "contact_hidden": False,
        }
        assert body["allowed_actions"] == ["download_cv", "move"]
        assert body["allowed_statuses"] == [
            "REVIEWING",
            "INTERVIEW_SCHEDULED",
            "OFFER_EXTENDED",
            "ACCEPTED",
            "REJECTED",
        ]

    def test_is_not_a_look_at_the_cv(self, api, application, recruiter):
        assert api(as_=recruiter).get(detail(application)).json()["status"] == "PENDING"

        application.refresh_from_db()
        assert application.state == SUBMITTED

    def test_hides_from_the_company_how_to_reach_who_withdrew(self, api, job, candidate, recruiter):
        application = ApplicationFactory(job=job, candidate=candidate, state=WITHDRAWN)

        seen = api(as_=recruiter).get(detail(application)).json()
        own = api(as_=candidate).get(detail(application)).json()

        assert seen["candidate_info"] == {
            "id": str(candidate.id),
            "full_name": "Trần Thị Bình",
            "email": None,
            "phone_number": None,
            "contact_hidden": True,
        }
        assert (seen["cv_file"], seen["allowed_actions"], seen["allowed_statuses"]) == (
            None,
            [],
            [],
        )
        assert own["candidate_info"]["email"] == "candidate@example.vn"
        assert own["candidate_info"]["contact_hidden"] is False
        assert own["cv_file"]

    @pytest.mark.parametrize("persona", ["other_candidate", "other_recruiter", "staff"])
    def test_is_not_found_by_strangers(self, api, application, other_company, request, persona):
        client = api(as_=request.getfixturevalue(persona))

        for path in ("", "timeline/"):
            answer = client.get(f"{detail(application)}{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "application_not_found")

    def test_says_the_same_of_what_is_not_there(self, api, recruiter):
        answer = api(as_=recruiter).get(f"{URL}{uuid4()}/")

        assert (answer.status_code, answer.json()["code"]) == (404, "application_not_found")

    @pytest.mark.parametrize("ref", ["17", "nothing", "0" * 300])
    def test_has_no_other_address(self, api, candidate, ref):
        answer = api(as_=candidate).get(f"{URL}{ref}/")

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    @pytest.mark.parametrize("persona", ["candidate", "recruiter"])
    def test_is_neither_edited_nor_deleted(
        self, api, application, everything, request, method, persona
    ):
        client = api(as_=request.getfixturevalue(persona))
        before = everything()

        answer = getattr(client, method)(detail(application), {"status": "ACCEPTED"}, format="json")

        assert answer.status_code == 405
        assert everything() == before

    def test_costs_three_queries(self, api, application, candidate, queries):
        client = api(as_=candidate)

        # session with account · application with candidate · posting with company
        with queries(3):
            client.get(detail(application))

    def test_is_what_the_documents_say(self, api, application, recruiter, candidate):
        body = api(as_=recruiter).get(detail(application)).json()
        steps = api(as_=recruiter).get(f"{detail(application)}timeline/").json()
        own = api(as_=candidate).get(f"{detail(application)}timeline/").json()

        assert set(body) == set(presenters.ApplicationSerializer().fields)
        assert set(body["job"]) == set(presenters.AppliedJobSerializer().fields)
        assert set(body["job"]["company"]) == set(presenters.AppliedCompanySerializer().fields)
        assert set(body["candidate_info"]) == set(presenters.ApplicantSerializer().fields)
        step = presenters.TimelineStepSerializer().fields
        assert set(steps[0]) == set(step)
        assert set(own[0]) == {name for name, field in step.items() if field.required}


class TestWhatBecameOfThePosting:
    @pytest.mark.parametrize("persona", ["candidate", "recruiter"])
    def test_a_closed_one_is_readable(self, api, application, recruiter, request, persona):
        publishing.close_job(actor=recruiter, job_id=application.job_id, now=timezone.now())

        answer = api(as_=request.getfixturevalue(persona)).get(detail(application))

        job = answer.json()["job"]
        assert (answer.status_code, job["title"]) == (200, "Kế toán trưởng")
        assert (job["status"], job["is_deleted"]) == ("CLOSED", False)

    @pytest.mark.parametrize("persona", ["candidate", "recruiter"])
    def test_a_deleted_one_is_readable(self, api, application, recruiter, request, persona):
        publishing.delete_job(actor=recruiter, job_id=application.job_id, now=timezone.now())

        body = api(as_=request.getfixturevalue(persona)).get(detail(application)).json()

        assert body["job"] == body["job_info"]
        assert (body["job"]["title"], body["job"]["company"]["name"]) == (
            "Kế toán trưởng",
            "Công ty Đại Việt",
        )
        assert (body["job"]["status"], body["job"]["is_deleted"]) == ("CLOSED", True)

    def test_an_expired_one_reads_closed(self, api, candidate, company):
        application = ApplicationFactory(
            job=JobFactory(company=company, expired=True), candidate=candidate
        )

        assert api(as_=candidate).get(detail(application)).json()["job"]["status"] == "CLOSED"

    def test_a_later_title_and_name_do_not_change_what_was_applied_for(
        self, api, application, candidate, company, recruiter
    ):
        application.job.title = "Trưởng phòng"
        application.job.save()
        companies.update_company(
            actor=recruiter,
            company_id=company.id,
            changes={"name": "Công ty Đại Nam"},
            version=None,
            now=timezone.now(),
        )

        job = api(as_=candidate).get(detail(application)).json()["job"]

        assert (job["title"], job["company"]["name"]) == ("Kế toán trưởng", "Công ty Đại Việt")

    def test_a_closed_one_can_still_be_decided(self, api, candidate, recruiter, company):
        application = ApplicationFactory(
            job=JobFactory(company=company, state=JobState.CLOSED), candidate=candidate
        )

        answer = api(as_=recruiter).post(
            f"{detail(application)}move/", {"status": "ACCEPTED"}, format="json"
        )

        assert (answer.status_code, answer.json()["state"]) == (200, HIRED)


class TestTimeline:
    def test_tells_both_sides_every_step_and_the_company_its_reasons(
        self, api, job, candidate, recruiter
    ):
        applicant, company = api(as_=candidate), api(as_=recruiter)
        application = applicant.post(
            URL, {"job": str(job.id), "cv_file": pdf()}, format="multipart"
        ).json()
        company.get(application["cv_file"])
        url = f"{URL}{application['id']}/"
        company.post(f"{url}move/", {"status": "REJECTED", "reason": "Thiếu bằng"}, format="json")
        company.post(f"{url}move/", {"status": "VIEWED"}, format="json")
        applicant.post(f"{url}withdraw/")

        seen, own = (client.get(f"{url}timeline/").json() for client in (company, applicant))

        assert [(step["kind"], step["from"], step["to"]) for step in own] == [
            ("submitted", None, "PENDING"),
            ("seen", "PENDING", "REVIEWING"),
            ("moved", "REVIEWING", "REJECTED"),
            ("moved", "REJECTED", "REVIEWING"),
            ("withdrawn", "REVIEWING", "WITHDRAWN"),
        ]
        assert own[0]["at"] == application["applied_at"]
        assert [step["at"] for step in own] == sorted(step["at"] for step in own)
        assert all(set(step) == {"id", "kind", "from", "to", "at"} for step in own)
        assert [step.pop("reason") for step in seen] == ["", "", "Thiếu bằng", "", ""]
        assert seen == own
