from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.applications.domain.lifecycle import INTERVIEW, REJECTED, SUBMITTED, WITHDRAWN
from apps.applications.services import pipeline
from apps.applications.tests.factories import ApplicationFactory
from apps.core.models import Audit, Operation, StoredFile, Work
from apps.core.operations import running
from apps.jobs.tests.factories import JobFactory
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

EXPORT = "/api/v1/applications/export/"
OPERATIONS = "/api/v1/operations/"
NOON = datetime(2031, 3, 1, 18, 30, tzinfo=UTC)


@pytest.fixture
def people(job):
    """Three applicants: one as most are, one who withdrew, one whose texts are formulas."""
    persons = [
        UserFactory(full_name="Trần Thị Bình", email="binh@example.vn", phone_number="0901234567"),
        UserFactory(full_name="Lê Văn Cường", email="cuong@example.vn", phone_number="0907654321"),
        UserFactory(
            full_name="=HYPERLINK(1)", email="+dao@example.vn", phone_number="+84905554443"
        ),
    ]
    for number, (person, state) in enumerate(
        zip(persons, (SUBMITTED, WITHDRAWN, INTERVIEW), strict=True)
    ):
        ApplicationFactory(
            job=job, candidate=person, state=state, applied_at=NOON + timedelta(minutes=number)
        )
    return persons


@pytest.fixture
def export(api, recruiter, job):
    """Give ``export(client)``: the answer to a request for the posting's applications."""

    def ask(client=None, posting=None, **headers):
        client = client or api(as_=recruiter)
        body = {"job": str((posting or job).pk)}
        return client.post(EXPORT, body, format="json", **headers)

    return ask


def table(client, operation_id):
    answer = client.get(f"{OPERATIONS}{operation_id}/result/")
    assert answer.status_code == 200, answer.content
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


class TestExport:
    def test_is_accepted_and_made_in_the_background(
        self, api, export, people, recruiter, work, job
    ):
        client = api(as_=recruiter)

        answer = export(client)

        body = answer.json()
        assert (answer.status_code, body["state"], body["kind"]) == (
            202,
            "queued",
            "applications.export",
        )
        assert body["subject"] == {"type": "job", "id": str(job.pk)}
        assert answer.headers["Location"] == f"http://testserver{OPERATIONS}{body['id']}/"
        work.run()
        done = client.get(answer.headers["Location"]).json()
        assert (done["state"], done["progress"]["percent"]) == ("succeeded", 100)
        assert table(client, body["id"]) == [
            ["Candidate", "E-mail", "Phone number", "Applied at", "Status", "Posting"],
            [
                "Trần Thị Bình",
                "binh@example.vn",
                "0901234567",
                "2031-03-02 01:30",
                "pending",
                "Kế toán trưởng",
            ],
            ["Lê Văn Cường", "", "", "2031-03-02 01:31", "withdrawn", "Kế toán trưởng"],
            [
                "'=HYPERLINK(1)",
                "'+dao@example.vn",
                "'+84905554443",
                "2031-03-02 01:32",
                "interview",
                "Kế toán trưởng",
            ],
        ]

    def test_speaks_the_language_of_the_request(self, api, export, people, recruiter, work):
        client = api(as_=recruiter)
        operation_id = export(client, HTTP_ACCEPT_LANGUAGE="vi").json()["id"]

        work.run()

        header, first, *_ = table(client, operation_id)
        assert header == [
            "Ứng viên",
            "E-mail",
            "Số điện thoại",
            "Thời gian ứng tuyển",
            "Trạng thái",
            "Tin tuyển dụng",
        ]
        assert first[4] == "đang chờ"
        name = client.get(f"{OPERATIONS}{operation_id}/result/").headers["Content-Disposition"]
        assert "filename*=UTF-8''%C4%90%C6%A1n%20%E1%BB%A9ng%20tuy%E1%BB%83n%20K%E1%BA%BF" in name

    def test_holds_no_note_of_anybody(self, api, export, application, recruiter, work):
        pipeline.move_application(
            actor=recruiter,
            application_id=application.pk,
            status=REJECTED,
            reason="SECRET-REASON",
            version=None,
            now=timezone.now(),
        )
        client = api(as_=recruiter)
        operation_id = export(client).json()["id"]

        work.run()

        assert "SECRET-REASON" not in str(table(client, operation_id))

    def test_knows_this_posting_only(self, api, export, application, company, recruiter, work):
        ApplicationFactory(job=JobFactory(company=company))
        ApplicationFactory()
        client = api(as_=recruiter)
        operation_id = export(client).json()["id"]

        work.run()

        assert [row[1] for row in table(client, operation_id)[1:]] == ["candidate@example.vn"]

    def test_of_a_posting_that_nobody_applied_to_is_a_header(
        self, api, export, job, recruiter, work
    ):
        client = api(as_=recruiter)
        operation_id = export(client).json()["id"]

        work.run()

        assert len(table(client, operation_id)) == 1

    def test_of_a_deleted_posting_is_still_the_company_s(
        self, api, export, application, job, recruiter, work
    ):
        job.deleted_at = timezone.now()
        job.save()
        client = api(as_=recruiter)
        operation_id = export(client).json()["id"]

        work.run()

        assert len(table(client, operation_id)) == 2

    def test_twice_is_one_export_and_one_audit_row(self, export, application, recruiter, work):
        first, second = export(), export()

        assert (first.status_code, second.status_code) == (202, 202)
        assert first.json()["id"] == second.json()["id"]
        [entry] = Audit.objects.filter(verb="applications_exported")
        assert (entry.actor_id, str(entry.subject_id)) == (recruiter.pk, first.json()["id"])
        assert entry.data == {"job_id": str(application.job_id)}
        work.run()
        assert StoredFile.objects.filter(folder="operations").count() == 1

    def test_asks_as_often_for_many_rows_as_for_few(self, export, job, work, recruiter):
        """One cursor, however long: the candidates come with their applications."""
        costs = []
        for size in (1, 20):
            ApplicationFactory.create_batch(size, job=job)
            export()
            with CaptureQueriesContext(connection) as captured:
                work.run()
            costs.append(len(captured))
        assert costs[0] == costs[1]


class TestWhoMayExport:
    @pytest.mark.parametrize("person", ["candidate", "other_candidate", "other_recruiter", "staff"])
    def test_nobody_else(self, api, export, request, application, other_company, person):
        answer = export(api(as_=request.getfixturevalue(person)))

        assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")
        assert (
            Operation.objects.count(),
            Work.objects.count(),
            Audit.objects.filter(kind="change").count(),
        ) == (
            0,
            0,
            0,
        )

    @pytest.mark.parametrize(
        ("role", "status"),
        [
            ("RECRUITER", 202),
            ("HIRING_MANAGER", 202),
            ("INTERVIEWER", 404),
            ("FINANCE", 404),
            ("GRADER", 404),
        ],
    )
    def test_members_whose_role_includes_the_applicants(self, api, export, member, role, status):
        assert export(api(as_=member(role))).status_code == status

    def test_a_posting_that_is_not_there_is_not_found(self, api, recruiter, company):
        answer = api(as_=recruiter).post(
            EXPORT, {"job": "0197a0a0-0000-7000-8000-000000000000"}, format="json"
        )

        assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")

    @pytest.mark.parametrize("body", [{}, {"job": "x"}, {"job": None}, []])
    def test_refuses_bad_input(self, api, recruiter, company, body):
        assert api(as_=recruiter).post(EXPORT, body, format="json").status_code == 400

    def test_one_who_was_removed_meanwhile_gets_nothing(
        self, api, export, application, company, member, remove, work
    ):
        person = member("RECRUITER")
        client = api(as_=person)
        operation_id = export(client).json()["id"]

        remove(person)
        work.run()

        body = client.get(f"{OPERATIONS}{operation_id}/").json()
        assert (body["state"], body["error"]["code"], body["result"]) == (
            "failed",
            "job_not_found",
            None,
        )
        assert not StoredFile.objects.filter(folder="operations").exists()

    def test_one_who_was_removed_later_may_not_read_it_any_more(
        self, api, export, application, company, member, remove, work
    ):
        person = member("RECRUITER")
        client = api(as_=person)
        operation_id = export(client).json()["id"]
        work.run()
        assert len(table(client, operation_id)) == 2

        remove(person)

        assert client.get(f"{OPERATIONS}{operation_id}/result/").status_code == 404

    def test_one_whose_account_was_switched_off_gets_nothing(
        self, export, application, recruiter, work
    ):
        export()
        recruiter.is_active = False
        recruiter.save()

        work.run()

        assert Operation.objects.get().state == "failed"

    def test_a_colleague_does_not_read_it(self, api, export, application, member, work):
        operation_id = export().json()["id"]
        work.run()

        client = api(as_=member("OWNER"))

        assert client.get(f"{OPERATIONS}{operation_id}/").status_code == 404
        assert client.get(f"{OPERATIONS}{operation_id}/result/").status_code == 404


class TestWithdrawing:
    def test_takes_contact_data_back_from_an_export_that_was_made(
        self, api, export, application, candidate, recruiter, work
    ):
        client = api(as_=recruiter)
        old = export(client).json()["id"]
        work.run()
        pipeline.withdraw_application(
            actor=candidate, application_id=application.pk, now=timezone.now()
        )

        refused = client.get(f"{OPERATIONS}{old}/result/")

        assert (refused.status_code, refused.json()["code"]) == (409, "export_outdated")
        new = export(client).json()["id"]
        assert new != old
        work.run()
        assert table(client, new)[1][:3] == ["Trần Thị Bình", "", ""]

    def test_elsewhere_changes_nothing(
        self, api, export, application, candidate, company, recruiter, work
    ):
        elsewhere = ApplicationFactory(candidate=candidate, job=JobFactory(company=company))
        client = api(as_=recruiter)
        operation_id = export(client).json()["id"]
        work.run()
        pipeline.withdraw_application(
            actor=candidate, application_id=elsewhere.pk, now=timezone.now()
        )

        assert len(table(client, operation_id)) == 2


class TestCancelling:
    def test_in_the_middle_leaves_nothing(
        self, api, export, people, recruiter, work, monkeypatch, kept_files
    ):
        monkeypatch.setattr(running, "WRITE_EVERY", 0)
        client = api(as_=recruiter)
        operation_id = export(client).json()["id"]
        before = kept_files()
        progress = running.Run.progress
        told = []

        def stop_at_the_second(run, done, total):
            if done == 1:
                told.append(client.post(f"{OPERATIONS}{operation_id}/cancel/").json())
            progress(run, done, total)

        monkeypatch.setattr(running.Run, "progress", stop_at_the_second)
        work.run()

        [answer] = told
        assert (answer["state"], answer["cancel_requested"]) == ("running", True)
        assert answer["progress"] == {"done": 0, "total": 3, "percent": 0}
        body = client.get(f"{OPERATIONS}{operation_id}/").json()
        assert (body["state"], body["result"]) == ("cancelled", None)
        assert kept_files() == before
