from __future__ import annotations

import pytest

from apps.applications.domain.lifecycle import INTERVIEW, WITHDRAWN
from apps.applications.tests.factories import ApplicationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["", "applications/"], ids=["", "alias"])
def url(request, application):
    """The address of the application, and that of older clients."""
    return f"/api/v1/applications/{request.param}{application.id}/"


class TestMoving:
    @pytest.mark.parametrize(
        ("word", "status", "state"),
        [
            ("REVIEWING", "REVIEWING", "SEEN"),
            ("VIEWED", "REVIEWING", "SEEN"),
            ("INTERVIEW_SCHEDULED", "INTERVIEW_SCHEDULED", "INTERVIEW"),
            ("INTERVIEW", "INTERVIEW_SCHEDULED", "INTERVIEW"),
            ("OFFER_EXTENDED", "OFFER_EXTENDED", "OFFER"),
            ("ACCEPTED", "ACCEPTED", "HIRED"),
            ("REJECTED", "REJECTED", "REJECTED"),
        ],
    )
    def test_reads_the_words_of_all_clients(
        self, api, url, application, recruiter, word, status, state
    ):
        answer = api(as_=recruiter).post(f"{url}move/", {"status": word}, format="json")

        application.refresh_from_db()
        assert answer.status_code == 200
        assert (answer.json()["status"], answer.json()["state"]) == (status, state)
        assert (answer.json()["version"], application.state) == (2, state)

    def test_is_also_a_patch_of_the_status(self, api, url, application, recruiter):
        answer = api(as_=recruiter).patch(
            f"{url}update-status/", {"status": "INTERVIEW", "reason": "Tốt"}, format="json"
        )

        application.refresh_from_db()
        assert (answer.status_code, application.state) == (200, INTERVIEW)

    def test_answers_as_the_detail_does(self, api, url, recruiter):
        client = api(as_=recruiter)

        answer = client.post(f"{url}move/", {"status": "REVIEWING", "version": 1}, format="json")

        assert answer.json() == client.get(url).json()

    def test_refuses_a_step_that_is_not_there(self, api, url, recruiter, everything):
        client = api(as_=recruiter)
        client.post(f"{url}move/", {"status": "REJECTED"}, format="json")
        before = everything()

        answer = client.post(f"{url}move/", {"status": "ACCEPTED"}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (409, "transition_refused")
        assert answer.json()["allowed"] == ["REVIEWING"]
        assert answer.json()["current"] == "REJECTED"
        assert everything() == before

    def test_refuses_a_stale_version(self, api, url, recruiter, everything):
        client = api(as_=recruiter)
        client.post(f"{url}move/", {"status": "REVIEWING"}, format="json")
        before = everything()

        answer = client.post(
            f"{url}move/", {"status": "OFFER_EXTENDED", "version": 1}, format="json"
        )

        assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
        assert everything() == before

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "status"),
            ({"status": "BOGUS"}, "status"),
            ({"status": "X" * 5_000}, "status"),
            ({"status": "SEEN"}, "status"),
            ({"status": None}, "status"),
            ({"status": ["REJECTED"]}, "status"),
            ({"status": "REJECTED", "reason": "a" * 2_001}, "reason"),
            ({"status": "REJECTED", "reason": "a\x00"}, "reason"),
            ({"status": "REJECTED", "version": "one"}, "version"),
            ({"status": "REJECTED", "version": 0}, "version"),
            ({"status": "REJECTED", "version": 10**30}, "version"),
        ],
    )
    def test_refuses_bad_input(self, api, url, recruiter, everything, body, field):
        before = everything()

        answer = api(as_=recruiter).post(f"{url}move/", body, format="json")

        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
        assert [error["pointer"] for error in answer.json()["errors"]] == [field]
        assert everything() == before

    @pytest.mark.parametrize(("method", "path"), [("post", "move"), ("patch", "update-status")])
    def test_is_refused_to_the_candidate(self, api, url, candidate, everything, method, path):
        before = everything()

        answer = getattr(api(as_=candidate), method)(
            f"{url}{path}/", {"status": "ACCEPTED"}, format="json"
        )

        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
        assert everything() == before

    @pytest.mark.parametrize("persona", ["other_candidate", "other_recruiter", "staff"])
    def test_is_not_found_by_strangers(self, api, url, other_company, everything, request, persona):
        client = api(as_=request.getfixturevalue(persona))
        before = everything()

        for answer in (
            client.post(f"{url}move/", {"status": "REJECTED"}, format="json"),
            client.post(f"{url}withdraw/"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "application_not_found")

        assert everything() == before

    def test_is_nobodys_without_signing_in(self, api, url, everything):
        before = everything()

        assert api().post(f"{url}move/", {"status": "REJECTED"}, format="json").status_code == 401
        assert api().post(f"{url}withdraw/").status_code == 401
        assert everything() == before


class TestWithdrawing:
    def test_is_final(self, api, url, application, candidate, recruiter):
        client = api(as_=candidate)

        answer = client.post(f"{url}withdraw/")

        application.refresh_from_db()
        assert answer.status_code == 200
        assert (answer.json()["status"], application.state) == ("WITHDRAWN", WITHDRAWN)
        assert answer.json()["allowed_actions"] == ["download_cv"]
        again = client.post(f"{url}withdraw/")
        assert (again.status_code, again.json()["allowed"]) == (409, [])
        late = api(as_=recruiter).post(f"{url}move/", {"status": "REJECTED"}, format="json")
        assert (late.status_code, late.json()["code"]) == (409, "transition_refused")

    def test_is_refused_to_the_company(self, api, url, recruiter, everything):
        before = everything()

        answer = api(as_=recruiter).post(f"{url}withdraw/")

        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
        assert everything() == before


class TestAliases:
    def test_list_and_count_the_same(self, api, job, candidate):
        ApplicationFactory(job=job, candidate=candidate)
        client = api(as_=candidate)

        for path in ("", "stats/"):
            old = client.get(f"/api/v1/applications/applications/{path}")
            new = client.get(f"/api/v1/applications/{path}")
            assert (old.status_code, old.json()) == (200, new.json())
