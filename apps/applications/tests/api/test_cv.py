from __future__ import annotations

import pytest

from apps.applications.domain.lifecycle import SEEN, SUBMITTED, WITHDRAWN
from apps.applications.models import Application
from apps.applications.tests.factories import (
    ApplicationFactory,
    docx,
    docx_bytes,
    pdf,
    pdf_bytes,
    stored,
)
from apps.companies.enums import MemberRole
from apps.core.models import Audit

pytestmark = pytest.mark.django_db

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def url(application):
    return f"/api/v1/media/application/{application.id}/download/"


def content(answer):
    return b"".join(answer.streaming_content)


class TestDownload:
    """The original's answered an empty 200, and broke on Vietnamese names and on line ends (D26)."""

    def test_gives_the_candidate_what_was_sent(self, api, application, candidate):
        answer = api(as_=candidate).get(url(application))

        assert (answer.status_code, content(answer)) == (200, pdf_bytes())
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Length"] == str(len(pdf_bytes()))
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]

    def test_gives_a_word_document_as_one(self, api, job, candidate, recruiter):
        application = ApplicationFactory(job=job, candidate=candidate, cv=stored(docx()))

        answer = api(as_=recruiter).get(url(application))

        assert (answer["Content-Type"], content(answer)) == (DOCX, docx_bytes())

    @pytest.mark.parametrize(
        "name", ["CV Trần Thị Bình – kế toán.pdf", 'a"b\r\nSet-Cookie: x=1.pdf', "履歷.pdf"]
    )
    def test_names_the_file_whatever_its_name(self, api, job, candidate, name):
        client = api(as_=candidate)
        made = client.post(
            "/api/v1/applications/", {"job": str(job.id), "cv_file": pdf(name)}, format="multipart"
        )
        assert made.status_code == 201, made.json()

        answer = client.get(made.json()["cv_file"])

        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment; filename")
        assert "Set-Cookie" not in answer

    def test_by_the_company_is_seen_once(self, api, application, recruiter, member, candidate):
        for person in (recruiter, recruiter, member(MemberRole.HIRING_MANAGER)):
            assert content(api(as_=person).get(url(application))) == pdf_bytes()

        client = api(as_=candidate)
        application.refresh_from_db()
        assert (application.state, application.version) == (SEEN, 2)
        shown = client.get(f"/api/v1/applications/{application.id}/").json()
        assert shown["status"] == "REVIEWING"

    def test_by_the_company_leaves_an_entry_each_time(
        self, api, application, recruiter, member, candidate
    ):
        colleague = member(MemberRole.HIRING_MANAGER)
        for person in (recruiter, candidate, colleague, recruiter):
            assert api(as_=person).get(url(application)).status_code == 200

        read = Audit.objects.filter(verb="cv_read").order_by("id")
        assert [(entry.actor_id, entry.subject_id) for entry in read] == [
            (person.pk, application.pk) for person in (recruiter, colleague, recruiter)
        ]
        assert all(entry.session_id and entry.ip for entry in read)

    def test_by_the_candidate_is_not(self, api, application, candidate):
        api(as_=candidate).get(url(application))

        application.refresh_from_db()
        assert application.state == SUBMITTED

    @pytest.mark.parametrize("persona", ["other_candidate", "other_recruiter", "staff"])
    def test_is_not_found_by_strangers(
        self, api, application, other_company, everything, request, persona
    ):
        client = api(as_=request.getfixturevalue(persona))
        before = everything()

        answer = client.get(url(application))

        assert (answer.status_code, answer.json()["code"]) == (404, "application_not_found")
        assert everything() == before

    @pytest.mark.parametrize(
        "role", [MemberRole.INTERVIEWER, MemberRole.FINANCE, MemberRole.GRADER]
    )
    def test_is_not_found_by_members_without_the_right(self, api, application, member, role):
        assert api(as_=member(role)).get(url(application)).status_code == 404

    def test_needs_signing_in(self, api, application):
        assert api().get(url(application)).status_code == 401

    def test_is_over_for_the_company_when_the_candidate_withdraws(
        self, api, job, candidate, recruiter
    ):
        application = ApplicationFactory(job=job, candidate=candidate, state=WITHDRAWN)

        answer = api(as_=recruiter).get(url(application))

        assert (answer.status_code, answer.json()["code"]) == (404, "cv_not_shared")
        assert content(api(as_=candidate).get(url(application))) == pdf_bytes()

    def test_has_no_public_address(self, api, application, recruiter, client):
        path = Application.objects.select_related("cv").get().cv.path

        for prefix in ("/media/", "/static/", "/"):
            assert client.get(f"{prefix}{path}").status_code == 404
            assert api(as_=recruiter).get(f"{prefix}{path}").status_code == 404
