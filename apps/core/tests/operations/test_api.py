from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from apps.core.errors import Forbidden
from apps.core.ids import uuid7
from apps.core.models import Audit, Operation
from apps.core.tests.operations import sample

pytestmark = pytest.mark.django_db

URL = "/api/v1/operations/"


@pytest.fixture
def operation(start, candidate):
    return start(candidate)


@pytest.fixture
def finished(operation, work):
    work.run()
    operation.refresh_from_db()
    return operation


class TestReading:
    def test_shows_one_that_waits(self, api, candidate, operation):
        answer = api(as_=candidate).get(f"{URL}{operation.pk}/")

        assert (answer.status_code, answer.json()) == (
            200,
            {
                "id": str(operation.pk),
                "kind": "tests.sample",
                "state": "queued",
                "subject": {"type": "lamp", "id": str(operation.subject_id)},
                "progress": {"done": 0, "total": None, "percent": None},
                "result": None,
                "error": None,
                "cancel_requested": False,
                "created_at": answer.json()["created_at"],
                "started_at": None,
                "finished_at": None,
                "expires_at": None,
                "allowed_actions": ["cancel"],
            },
        )

    @pytest.mark.parametrize(
        ("done", "total", "percent"), [(0, 0, None), (1, 3, 33), (3, 3, 100), (5, 3, 100)]
    )
    def test_shows_how_far_it_is(self, api, candidate, operation, done, total, percent):
        Operation.objects.update(state="running", run_id=uuid7(), done=done, total=total)

        body = api(as_=candidate).get(f"{URL}{operation.pk}/").json()

        assert body["progress"] == {"done": done, "total": total, "percent": percent}

    def test_shows_one_that_succeeded(self, api, candidate, finished):
        body = api(as_=candidate).get(f"{URL}{finished.pk}/").json()

        assert (body["state"], body["progress"]["percent"]) == ("succeeded", 100)
        assert body["result"] == f"http://testserver{URL}{finished.pk}/result/"
        assert body["allowed_actions"] == ["download"]

    @pytest.mark.parametrize(
        ("language", "text"),
        [("en", "The request is malformed"), ("vi", "Yêu cầu không đúng định dạng")],
    )
    def test_tells_why_one_failed_in_the_reader_s_language(
        self, api, candidate, operation, work, language, text
    ):
        def produce(run):
            raise sample.LampStuck

        sample.script.append(produce)
        work.run()

        client = api(as_=candidate)
        body = client.get(f"{URL}{operation.pk}/", HTTP_ACCEPT_LANGUAGE=language).json()

        assert body["state"] == "failed"
        assert body["error"] == {
            "type": "tag:onetop.vn,2026:problem/lamp_stuck",
            "code": "lamp_stuck",
            "detail": text,
        }

    def test_lists_one_s_own(self, api, start, candidate, staff, operation):
        newer = start(candidate)
        start(staff)

        assert [row["id"] for row in api(as_=candidate).get(URL).json()["results"]] == [
            str(newer.pk),
            str(operation.pk),
        ]
        assert api(as_=staff).get(URL).json()["count"] == 1

    def test_is_gone_when_it_was_kept_long_enough(self, api, candidate, finished):
        Operation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        client = api(as_=candidate)

        assert client.get(URL).json()["count"] == 0
        for path in ("", "result/"):
            answer = client.get(f"{URL}{finished.pk}/{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "operation_not_found")


class TestStaff:
    @pytest.fixture
    def helper(self, staff):
        """Staff with no rights of their own yet."""
        staff.is_superuser = False
        staff.save()
        return staff

    def test_see_it_by_right_only(self, api, helper, finished):
        client = api(as_=helper)
        assert client.get(f"{URL}{finished.pk}/").status_code == 404
        assert client.get(f"{URL}{finished.pk}/result/").status_code == 404

        helper.user_permissions.add(Permission.objects.get(codename="view_operation"))

        assert client.get(f"{URL}{finished.pk}/").status_code == 200
        assert client.get(f"{URL}{finished.pk}/result/").status_code == 200

    def test_leave_an_entry_whenever_they_read_a_result(self, api, candidate, staff, finished):
        result = f"{URL}{finished.pk}/result/"
        for person in (candidate, staff, staff):
            assert api(as_=person).get(result).status_code == 200

        read = Audit.objects.filter(verb="result_read")
        assert [(entry.actor_id, entry.subject_id) for entry in read] == [
            (staff.pk, finished.pk)
        ] * 2

    def test_stop_it_by_another_right(self, api, helper, operation):
        helper.user_permissions.add(Permission.objects.get(codename="view_operation"))
        client = api(as_=helper)
        refused = client.post(f"{URL}{operation.pk}/cancel/")
        assert (refused.status_code, refused.json()["code"]) == (403, "cancel_not_allowed")

        helper.user_permissions.add(Permission.objects.get(codename="change_operation"))

        assert client.post(f"{URL}{operation.pk}/cancel/").json()["state"] == "cancelled"


class TestCancelling:
    def test_answers_the_operation(self, api, candidate, operation):
        answer = api(as_=candidate).post(f"{URL}{operation.pk}/cancel/")

        body = answer.json()
        assert (answer.status_code, body["state"], body["cancel_requested"]) == (
            200,
            "cancelled",
            True,
        )
        assert body["allowed_actions"] == []

    def test_refuses_one_that_is_over(self, api, candidate, finished):
        answer = api(as_=candidate).post(f"{URL}{finished.pk}/cancel/")

        assert (answer.status_code, answer.json()["code"]) == (409, "transition_refused")
        assert answer.json()["allowed"] == []


class TestResult:
    def test_is_a_download(self, api, candidate, finished):
        answer = api(as_=candidate).get(f"{URL}{finished.pk}/result/")

        assert b"".join(answer.streaming_content).startswith(b'\xef\xbb\xbf"row"\r\n')
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="rows.csv"')
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_is_not_there_yet(self, api, candidate, operation):
        answer = api(as_=candidate).get(f"{URL}{operation.pk}/result/")

        assert (answer.status_code, answer.json()["code"]) == (404, "result_not_available")

    def test_is_refused_when_its_kind_says_so(self, api, candidate, finished):
        sample.refusals.append(Forbidden())

        assert api(as_=candidate).get(f"{URL}{finished.pk}/result/").status_code == 403

    @pytest.mark.parametrize("person", ["other_candidate", "recruiter"])
    def test_is_for_its_owner(self, api, request, finished, person):
        client = api(as_=request.getfixturevalue(person))

        answers = [
            client.get(f"{URL}{finished.pk}/"),
            client.get(f"{URL}{finished.pk}/result/"),
            client.post(f"{URL}{finished.pk}/cancel/"),
        ]

        assert [answer.status_code for answer in answers] == [404, 404, 404]
