from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.applications.domain.lifecycle import INTERVIEW, REJECTED, SEEN, SUBMITTED
from apps.applications.services import pipeline
from apps.applications.tests.factories import (
    ApplicationFactory,
    docx,
    docx_bytes,
    pdf_bytes,
    stored,
)
from apps.core.models import Audit
from apps.jobs.tests.factories import JobFactory
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/applications/application/"


@pytest.fixture
def admin(client, staff, api):
    """The staff's browser; with ``api`` in the room, loading rows one by one fails."""
    client.force_login(staff)
    # The first page of a process also asks for content types, which are then kept.
    client.get(LIST)
    return client


def page(application):
    return f"{LIST}{application.pk}/change/"


def cv(application):
    return f"{LIST}{application.pk}/cv/"


def found(answer):
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


class TestList:
    def test_finds_by_candidate_posting_and_company(
        self, admin, application, other_company, other_candidate
    ):
        other = ApplicationFactory(
            job=JobFactory(company=other_company, title="Tài xế"), candidate=other_candidate
        )

        for words in ("Thị Bình", "kế toán", "đại việt"):
            assert found(admin.get(LIST, {"q": words})) == [application]
        for words in ("other.candidate@", "cường tài xế nam á"):
            assert found(admin.get(LIST, {"q": words})) == [other]
        assert found(admin.get(LIST, {"q": "nothing of the kind"})) == []

    def test_filters_by_state(self, admin, application, job):
        moved = ApplicationFactory(job=job, state=INTERVIEW)

        assert found(admin.get(LIST, {"state__exact": "INTERVIEW"})) == [moved]
        assert found(admin.get(LIST, {"state__exact": "SUBMITTED"})) == [application]

    def test_costs_the_same_for_2_and_20_rows(self, admin, company):
        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert admin.get(LIST).status_code == 200
            return len(captured)

        for _ in range(2):
            ApplicationFactory(job=JobFactory(company=company))
        few = cost()
        for _ in range(18):
            ApplicationFactory(job=JobFactory(company=company))

        assert cost() == few


class TestPage:
    def test_shows_the_application_and_its_history(self, admin, application, recruiter, now):
        pipeline.move_application(
            actor=recruiter,
            application_id=application.pk,
            status=INTERVIEW,
            reason="Hồ sơ rất tốt",
            version=None,
            now=now,
        )

        answer = admin.get(page(application), headers={"accept-language": "en"})

        text = answer.content.decode()
        assert answer.status_code == 200
        for words in ("Kế toán trưởng", "Công ty Đại Việt", "Hồ sơ rất tốt", "cv.pdf"):
            assert words in text
        assert cv(application) in text

    def test_lets_nobody_edit_add_or_delete(self, admin, application, everything):
        before = everything()

        text = admin.get(page(application)).content.decode()
        answers = [
            admin.post(page(application), {"state": "HIRED"}),
            admin.post(f"{LIST}add/", {}),
            admin.post(f"{LIST}{application.pk}/delete/", {"post": "yes"}),
            admin.post(
                LIST, {"action": "delete_selected", "_selected_action": str(application.pk)}
            ),
        ]

        assert 'name="_save"' not in text
        assert not re.search(r"<(input|select|textarea)[^>]*name=\"(state|cover_letter|cv)", text)
        assert [answer.status_code for answer in answers[:3]] == [403, 403, 403]
        assert everything() == before

    def test_costs_the_same_for_a_long_history(self, admin, application, recruiter, now):
        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert admin.get(page(application)).status_code == 200
            return len(captured)

        admin.get(page(application))
        few = cost()
        for status in (REJECTED, SEEN, REJECTED, SEEN, REJECTED):
            pipeline.move_application(
                actor=recruiter,
                application_id=application.pk,
                status=status,
                reason="",
                version=None,
                now=now,
            )

        assert cost() == few


class TestCv:
    def test_is_given_to_staff_and_does_not_count_as_seen(self, admin, application):
        answer = admin.get(cv(application))

        assert b"".join(answer.streaming_content) == pdf_bytes()
        application.refresh_from_db()
        assert application.state == SUBMITTED

    def test_leaves_an_entry_each_time(self, admin, application, staff):
        for _ in range(2):
            admin.get(cv(application))

        read = Audit.objects.filter(verb="cv_read")
        assert [(entry.actor_id, entry.subject_id) for entry in read] == [
            (staff.pk, application.pk)
        ] * 2

    def test_has_its_own_type(self, admin, job):
        application = ApplicationFactory(job=job, cv=stored(docx()))

        answer = admin.get(cv(application))

        assert answer["Content-Type"].endswith("wordprocessingml.document")
        assert b"".join(answer.streaming_content) == docx_bytes()

    def test_needs_the_right_to_see_applications(self, client, application):
        clerk = UserFactory(staff=True, is_superuser=False)
        client.force_login(clerk)
        assert client.get(cv(application)).status_code == 403

        clerk.user_permissions.add(Permission.objects.get(codename="view_application"))

        assert client.get(cv(application)).status_code == 200

    @pytest.mark.parametrize("persona", ["candidate", "recruiter"])
    def test_is_not_given_to_others(self, client, application, request, persona):
        client.force_login(request.getfixturevalue(persona))

        answer = client.get(cv(application))

        assert (answer.status_code, answer["Location"]) == (
            302,
            f"{reverse('admin:login')}?next={cv(application)}",
        )

    def test_of_an_unknown_application_is_not_found(self, admin, job):
        assert admin.get(f"{LIST}{job.pk}/cv/").status_code == 404
