from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.applications.models import Application
from apps.applications.tests.factories import docx, docx_bytes, pdf, pdf_bytes
from apps.jobs.enums import JobState
from apps.jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/applications/"


@pytest.fixture
def send(api, candidate, job):
    """Apply over HTTP; a value of None leaves the field out."""

    def call(as_=candidate, **given):
        fields = {"job": str(job.id), "cv_file": pdf(), "cover_letter": "Xin chào", **given}
        sent = {name: value for name, value in fields.items() if value is not None}
        return api(as_=as_).post(URL, sent, format="multipart")

    return call


class TestApplying:
    def test_answers_with_the_whole_application(self, send, job, candidate, company):
        before = timezone.now()

        answer = send()

        application = Application.objects.get()
        body = answer.json()
        assert answer.status_code == 201
        assert before <= datetime.fromisoformat(body["applied_at"]) <= timezone.now()
        shown_job = {
            "id": str(job.id),
            "title": "Kế toán trưởng",
            "slug": job.slug,
            "company": {
                "id": str(company.id),
                "name": "Công ty Đại Việt",
                "slug": company.slug,
            },
            "status": "PUBLISHED",
            "is_deleted": False,
        }
        assert body == {
            "id": str(application.id),
            "status": "PENDING",
            "state": "SUBMITTED",
            "applied_at": body["applied_at"],
            "created_at": body["created_at"],
            "updated_at": body["updated_at"],
            "version": 1,
            "job": shown_job,
            "job_info": shown_job,
            "candidate": str(candidate.id),
            "candidate_info": {
                "id": str(candidate.id),
                "full_name": "Trần Thị Bình",
                "email": "candidate@example.vn",
                "phone_number": candidate.phone_number,
                "contact_hidden": False,
            },
            "cover_letter": "Xin chào",
            "cv_file": (f"http://testserver/api/v1/media/application/{application.id}/download/"),
            "allowed_actions": ["download_cv", "withdraw"],
            "allowed_statuses": [],
        }

    def test_takes_a_word_document_and_no_cover_letter(self, send):
        answer = send(cv_file=docx("cv.pdf"), cover_letter=None)

        application = Application.objects.select_related("cv").get()
        assert (answer.status_code, answer.json()["cover_letter"]) == (201, "")
        assert application.cv.content_type.endswith("wordprocessingml.document")
        assert application.cv.size == len(docx_bytes())

    def test_ignores_what_is_not_the_candidates_to_say(self, send, candidate, other_candidate):
        answer = send(
            candidate=str(other_candidate.id),
            status="ACCEPTED",
            state="HIRED",
            version="7",
            note="nhận ngay",
            applied_at="2020-01-01T00:00:00Z",
        )

        application = Application.objects.get()
        assert answer.status_code == 201
        assert (application.candidate_id, application.state) == (candidate.id, "SUBMITTED")
        assert (application.version, application.applied_at.year) == (1, timezone.now().year)

    def test_a_second_time_is_a_conflict(self, send, everything):
        send()
        before = everything()

        answer = send(cv_file=docx())

        assert (answer.status_code, answer.json()["code"]) == (409, "already_applied")
        assert answer.json()["detail"] == "You have already applied for this job"
        assert everything() == before

    def test_by_two_people_makes_two(self, send, other_candidate):
        assert send().status_code == 201
        assert send(as_=other_candidate).status_code == 201

        assert Application.objects.count() == 2


class TestRefusals:
    @pytest.mark.parametrize("persona", ["recruiter", "staff"])
    def test_all_but_candidates_are_refused(self, send, everything, request, persona):
        actor = request.getfixturevalue(persona)
        before = everything()

        answer = send(as_=actor)

        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
        assert everything() == before

    def test_nobody_is_not_signed_in(self, send, everything):
        before = everything()

        assert send(as_=None).status_code == 401
        assert everything() == before

    def test_the_posting_must_be_open(self, send, company, everything):
        postings = {
            "job_not_found": (404, JobFactory(company=company, state=JobState.DRAFT)),
            "job_closed": (409, JobFactory(company=company, state=JobState.CLOSED)),
            "job_expired": (409, JobFactory(company=company, expired=True)),
        }
        deleted = JobFactory(company=company, deleted_at=timezone.now())
        before = everything()

        for code, (status, posting) in postings.items():
            answer = send(job=str(posting.id))
            assert (answer.status_code, answer.json()["code"]) == (status, code)
        for unknown in (deleted.id, uuid4()):
            answer = send(job=str(unknown))
            assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")

        assert everything() == before

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"job": None}, "job"),
            ({"job": "17"}, "job"),
            ({"job": "not-an-id\x00"}, "job"),
            ({"job": ""}, "job"),
            ({"cv_file": None}, "cv_file"),
            ({"cv_file": "a text"}, "cv_file"),
            ({"cv_file": SimpleUploadedFile("cv.pdf", b"")}, "cv_file"),
            ({"cover_letter": "a" * 10_001}, "cover_letter"),
            ({"cover_letter": "a\x00b"}, "cover_letter"),
        ],
    )
    def test_bad_input_is_named_at_its_field(self, send, everything, given, field):
        before = everything()

        answer = send(**given)

        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
        assert [error["pointer"] for error in answer.json()["errors"]] == [field]
        assert answer.json()[field]
        assert everything() == before

    def test_the_content_decides_about_a_file(self, send, everything):
        before = everything()

        for content in (b"<script>alert(1)</script>", b"PK\x03\x04 no archive", b"\x89PNG\r\n"):
            answer = send(cv_file=SimpleUploadedFile("cv.pdf", content, "application/pdf"))
            assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_file")

        assert everything() == before

    def test_a_large_file_is_refused(self, send, settings, everything):
        settings.MAX_CV_FILE_SIZE = len(pdf_bytes()) - 1
        before = everything()

        answer = send()

        assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
        assert answer.json()["max_bytes"] == settings.MAX_CV_FILE_SIZE
        assert everything() == before

    def test_json_carries_no_file(self, api, candidate, job):
        answer = api(as_=candidate).post(URL, {"job": str(job.id)}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")

    def test_are_worded_in_vietnamese(self, send, api, candidate, job):
        send()

        answer = api(as_=candidate).post(
            URL,
            {"job": str(job.id), "cv_file": pdf()},
            format="multipart",
            headers={"accept-language": "vi"},
        )

        assert answer.json()["detail"] == "Bạn đã ứng tuyển vào tin này"


class TestTwentyADay:
    @pytest.fixture(autouse=True)
    def _two_a_day(self, settings, now, time_machine):
        time_machine.move_to(now, tick=False)
        settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "application_submission": (2, 86400)}

    def test_counts_what_was_accepted(self, send, company):
        jobs = JobFactory.create_batch(3, company=company)
        for _ in range(3):
            assert send(cv_file=None).status_code == 400

        answers = [send(job=str(jobs[0].id)), send(job=str(jobs[0].id)), send(job=str(jobs[1].id))]
        last = send(job=str(jobs[2].id))

        assert [answer.status_code for answer in answers] == [201, 409, 201]
        assert (last.status_code, last["Retry-After"]) == (429, "43200")
        assert Application.objects.count() == 2

    def test_each_has_their_own_turns(self, send, other_candidate, company):
        jobs = JobFactory.create_batch(3, company=company)

        mine = [send(job=str(job.id)).status_code for job in jobs]
        theirs = send(as_=other_candidate, job=str(jobs[2].id)).status_code

        assert (mine, theirs) == ([201, 201, 429], 201)

    @pytest.fixture
    def apply(self, api, candidate, company):
        """Apply to one of three postings with a key of its own."""
        jobs = JobFactory.create_batch(3, company=company)

        def call(number):
            body = {"job": str(jobs[number].id), "cv_file": pdf()}
            key = {"Idempotency-Key": f"apply-{number}"}
            return api(as_=candidate).post(URL, body, format="multipart", headers=key)

        return call

    def test_an_answer_that_is_given_again_takes_no_turn_and_needs_none(self, apply):
        first = [apply(0), apply(0), apply(1)]
        exhausted = [apply(2), apply(1), apply(0)]

        assert [answer.status_code for answer in first] == [201, 201, 201]
        assert [answer.status_code for answer in exhausted] == [429, 201, 201]
        assert [answer.get("Idempotency-Replayed") for answer in exhausted] == [
            None,
            "true",
            "true",
        ]
        assert exhausted[1].content == first[2].content
        assert Application.objects.count() == 2

    def test_a_refusal_for_lack_of_turns_is_not_kept_for_the_key(self, apply, now, time_machine):
        assert [apply(number).status_code for number in range(3)] == [201, 201, 429]
        time_machine.move_to(now + timedelta(hours=12), tick=False)
        assert apply(2).status_code == 201
