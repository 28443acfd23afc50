"""``ETag`` and ``If-Match`` on everything that people edit together: postings, companies, applications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import models

from apps.applications.tests.factories import ApplicationFactory
from apps.jobs.tests.factories import JobFactory
from apps.payments.tests.factories import grant

pytestmark = pytest.mark.django_db

API = "/api/v1/"


@dataclass(frozen=True)
class Edit:
    """One way of changing something: where it is read, and how it is changed."""

    row: models.Model
    detail: str
    method: str
    url: str
    body: dict[str, Any]


@pytest.fixture
def edits(company, candidate) -> dict[str, Edit]:
    grant(company, 1)
    draft, live = JobFactory(company=company, state="DRAFT"), JobFactory(company=company)
    application = ApplicationFactory(job=live, candidate=candidate)
    job, other = f"{API}jobs/{draft.id}/", f"{API}jobs/{live.id}/"
    firm = f"{API}companies/{company.id}/"
    one = f"{API}applications/{application.id}/"
    return {
        "job": Edit(draft, job, "patch", job, {"title": "Tên mới"}),
        "publish": Edit(draft, job, "post", f"{job}publish/", {}),
        "close": Edit(live, other, "post", f"{other}close/", {}),
        "delete job": Edit(draft, job, "delete", job, {}),
        "company": Edit(company, firm, "patch", firm, {"address": "1 Lê Lợi"}),
        "delete company": Edit(company, firm, "delete", firm, {}),
        "move": Edit(application, one, "post", f"{one}move/", {"status": "REVIEWING"}),
        "update status": Edit(
            application, one, "patch", f"{one}update-status/", {"status": "REVIEWING"}
        ),
        "withdraw": Edit(application, one, "post", f"{one}withdraw/", {}),
    }


NAMES = (
    "job", "publish", "close", "delete job", "company", "delete company", "move", "update status", "withdraw",
)  # fmt: skip


@pytest.fixture(params=NAMES)
def edit(request, edits) -> Edit:
    found: Edit = edits[request.param]
    return found


@pytest.fixture
def client(api, recruiter, candidate, edit) -> Any:
    return api(as_=candidate if edit.url.endswith("withdraw/") else recruiter)


@pytest.fixture
def send(client, edit) -> Callable[..., Any]:
    """Give ``send(if_match, **members)``: the edit with this header and these members in its body."""

    def call(if_match: str | None = None, **members: Any) -> Any:
        headers = {} if if_match is None else {"HTTP_IF_MATCH": if_match}
        body = {**edit.body, **members}
        return getattr(client, edit.method)(edit.url, body, format="json", **headers)

    return call


def columns(row: models.Model) -> dict[str, Any]:
    return dict(type(row)._default_manager.filter(pk=row.pk).values().get())


def version_of(row: models.Model) -> int:
    return int(columns(row)["version"])


class TestReading:
    def test_whoever_may_edit_is_told_the_version(self, client, edit):
        answer = client.get(edit.detail)

        assert answer.headers["ETag"] == '"v1"'
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert {"Authorization", "Cookie", "Accept-Language"} <= {
            name.strip() for name in answer.headers["Vary"].split(",")
        }

    def test_is_never_answered_with_nothing_changed(self, client, edit):
        """A version counts edits; the answer also shows the company and the time."""
        assert client.get(edit.detail, HTTP_IF_NONE_MATCH='"v1"').status_code == 200


class TestReadingByOthers:
    @pytest.mark.parametrize("name", ["close", "company"])
    @pytest.mark.parametrize("person", ["candidate", "other_recruiter"])
    def test_they_are_told_no_version(self, api, request, edits, name, person):
        answer = api(as_=request.getfixturevalue(person)).get(edits[name].detail)

        assert answer.status_code == 200
        assert not answer.headers.get("ETag", "").startswith('"v')


class TestEditing:
    @pytest.mark.usefixtures("either_locking")
    @pytest.mark.parametrize("if_match", ['"v1"', "*", None])
    def test_from_what_is_there_is_done_and_answers_the_new_version(self, send, edit, if_match):
        answer = send(if_match)

        assert answer.status_code == (204 if edit.method == "delete" else 200)
        assert version_of(edit.row) == 2
        if answer.status_code == 200:
            assert answer.headers["ETag"] == '"v2"'
            assert answer.json()["version"] == 2

    @pytest.mark.parametrize("if_match", [None, '"v1"'])
    def test_may_name_the_version_in_the_body(self, send, edit, if_match):
        assert send(if_match, version=1).status_code in {200, 204}
        assert version_of(edit.row) == 2

    @pytest.mark.parametrize(
        "if_match", ['"v2"', '"v99999999999"', '"0197a0"', 'W/"v1"', '""', '"v01"']
    )
    def test_from_what_is_not_there_is_refused_with_what_is(self, send, edit, if_match):
        before = columns(edit.row)

        answer = send(if_match)

        body = answer.json()
        assert (answer.status_code, body["code"], body["version"]) == (412, "stale_version", 1)
        assert columns(edit.row) == before

    @pytest.mark.usefixtures("either_locking")
    def test_from_a_stale_version_in_the_body_is_refused(self, send, edit):
        answer = send(version=7)

        assert (answer.status_code, answer.json()["version"]) == (412, 1)
        assert version_of(edit.row) == 1

    @pytest.mark.parametrize("if_match", ["", "v1", '"v1', "1", '"v1", "v2"', '"a b"', 'w/"v1"'])
    def test_with_a_malformed_header_is_refused(self, send, edit, if_match):
        answer = send(if_match)

        assert (answer.status_code, answer.json()["code"]) == (400, "if_match_malformed")
        assert version_of(edit.row) == 1

    @pytest.mark.parametrize("version", [0, -1, "one", [1]])
    def test_with_a_malformed_version_is_refused(self, send, edit, version):
        answer = send(version=version)

        assert answer.status_code == 400
        assert [error["pointer"] for error in answer.json()["errors"]] == ["version"]
        assert version_of(edit.row) == 1

    def test_from_two_versions_is_refused(self, send, edit):
        answer = send('"v1"', version=2)

        assert (answer.status_code, answer.json()["code"]) == (400, "versions_differ")
        assert version_of(edit.row) == 1

    def test_nobody_learns_a_version_by_guessing_one(self, api, other_recruiter, edit):
        answer = getattr(api(as_=other_recruiter), edit.method)(
            edit.url, edit.body, format="json", HTTP_IF_MATCH='"v9"'
        )

        assert answer.status_code in {403, 404}
        assert "version" not in answer.json()

    def test_nobody_sets_the_version(self, send, edit):
        """The version in the body is compared, never written (D31)."""
        assert send(version=1).status_code in {200, 204}
        assert send(version=41).status_code in {404, 409, 412}
        assert version_of(edit.row) == 2


@pytest.mark.usefixtures("either_locking")
class TestLostWrites:
    @pytest.mark.parametrize("name", ["job", "company"])
    def test_the_second_of_two_who_read_the_same_is_refused_and_reads_again(
        self, api, recruiter, edits, name
    ):
        """The original wrote all columns of a stale row over the first one's (D14)."""
        edit, client = edits[name], api(as_=recruiter)
        mine = theirs = client.get(edit.detail).headers["ETag"]

        first = client.patch(
            edit.detail, {"description": "Của họ."}, format="json", HTTP_IF_MATCH=theirs
        )
        lost = client.patch(edit.detail, edit.body, format="json", HTTP_IF_MATCH=mine)
        again = client.patch(
            edit.detail, edit.body, format="json", HTTP_IF_MATCH=f'"v{lost.json()["version"]}"'
        )

        assert [first.status_code, lost.status_code, again.status_code] == [200, 412, 200]
        assert again.json()["description"] == "Của họ."
        assert again.json().items() >= edit.body.items()


class TestNewOnes:
    def test_are_told_their_version(self, api, recruiter):
        answer = api(as_=recruiter).post(f"{API}companies/", {"name": "Mới Mở"}, format="json")

        assert (answer.status_code, answer.headers["ETag"]) == (201, '"v1"')


class TestKeys:
    def test_a_replay_comes_before_the_version_and_another_version_is_another_request(
        self, api, recruiter, edits
    ):
        edit, client = edits["publish"], api(as_=recruiter)

        def publish(tag: str) -> Any:
            return client.post(edit.url, HTTP_IF_MATCH=tag, HTTP_IDEMPOTENCY_KEY="k")

        stale, done, again, other = (publish(tag) for tag in ('"v7"', '"v1"', '"v1"', '"v2"'))

        assert [a.status_code for a in (stale, done, again, other)] == [412, 200, 200, 422]
        assert (again.content, again.headers["ETag"]) == (done.content, '"v2"')
        assert other.json()["code"] == "idempotency_key_reused"
