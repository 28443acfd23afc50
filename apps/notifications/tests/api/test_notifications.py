from __future__ import annotations

from uuid import uuid4

import pytest

from apps.notifications.tests.factories import told

pytestmark = pytest.mark.django_db

LIST = "/api/v1/notifications/"
KEYS = {
    "id", "kind", "verb", "description", "message", "target", "is_read", "created_at",
}  # fmt: skip


@pytest.fixture
def feed(candidate, recruiter):
    """Give the candidate's three notifications, oldest first; the recruiter has one too."""
    told(recruiter)
    return [told(candidate, job=name) for name in ("Kế toán", "Thủ kho", "Lái xe")]


def ids(answer) -> list[str]:
    return [row["id"] for row in answer.json()["results"]]


class TestList:
    def test_shows_ones_own_newest_first(self, api, candidate, feed):
        answer = api(as_=candidate).get(LIST)

        assert answer.status_code == 200
        assert ids(answer) == [str(row.pk) for row in reversed(feed)]
        body = answer.json()
        assert (body["count"], body["next"], body["previous"]) == (3, None, None)
        newest = body["results"][0]
        assert newest.keys() == KEYS
        assert newest == {
            "id": str(feed[2].pk),
            "kind": "application_seen",
            "verb": "viewed your application",
            "description": "Công ty Đại Việt has viewed your application for “Lái xe”.",
            "message": "Công ty Đại Việt has viewed your application for “Lái xe”.",
            "target": {"type": "application", "id": str(feed[2].target_id)},
            "is_read": False,
            "created_at": "2026-11-22T12:00:00+07:00",
        }

    def test_speaks_the_language_of_the_request(self, api, candidate, feed):
        client = api(as_=candidate)

        vietnamese = client.get(LIST, HTTP_ACCEPT_LANGUAGE="vi").json()["results"][0]

        assert vietnamese["verb"] == "đã xem đơn ứng tuyển của bạn"
        assert vietnamese["message"] == (
            "Công ty Đại Việt đã xem đơn ứng tuyển của bạn vào vị trí “Lái xe”."
        )

    def test_keeps_the_unread(self, api, candidate, feed):
        client = api(as_=candidate)
        client.post(f"{LIST}{feed[1].pk}/mark-read/")

        assert ids(client.get(LIST, {"unread_only": "true"})) == [str(feed[2].pk), str(feed[0].pk)]
        assert len(ids(client.get(LIST, {"unread_only": "false"}))) == 3

    def test_comes_in_pages(self, api, candidate, feed):
        client = api(as_=candidate)

        first = client.get(LIST, {"page_size": 2}).json()
        assert (first["count"], len(first["results"])) == (3, 2)
        assert ids(client.get(first["next"])) == [str(feed[0].pk)]
        assert ids(client.get(LIST, {"limit": 1, "offset": 1})) == [str(feed[1].pk)]

    @pytest.mark.parametrize(
        "query", ["unread=true", "unread_only=perhaps", "unread_only=true&unread_only=false"]
    )
    def test_refuses_filters_that_it_does_not_know(self, api, candidate, query):
        answer = api(as_=candidate).get(f"{LIST}?{query}")

        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_costs_the_same_for_any_number(self, api, candidate, queries):
        """Session with its account, count, page."""
        client = api(as_=candidate)
        told(candidate)
        client.get(LIST)
        with queries(3):
            client.get(LIST)
        for _ in range(15):
            told(candidate)
        with queries(3):
            assert len(client.get(LIST).json()["results"]) == 16


class TestOne:
    def test_is_shown_to_its_recipient(self, api, candidate, feed):
        answer = api(as_=candidate).get(f"{LIST}{feed[0].pk}/")

        assert (answer.status_code, answer.json()["id"]) == (200, str(feed[0].pk))
        assert answer.json().keys() == KEYS

    def test_is_not_there_for_anybody_else(self, api, recruiter, staff, feed):
        for person in (recruiter, staff):
            answer = api(as_=person).get(f"{LIST}{feed[0].pk}/")
            assert (answer.status_code, answer.json()["code"]) == (404, "notification_not_found")
        assert api(as_=recruiter).get(f"{LIST}{uuid4()}/").status_code == 404
        assert api(as_=recruiter).get(f"{LIST}7/").status_code == 404


class TestCount:
    def test_counts_what_was_not_read(self, api, candidate, recruiter, feed):
        client = api(as_=candidate)
        assert client.get(f"{LIST}unread-count/").json() == {"count": 3}

        client.post(f"{LIST}{feed[0].pk}/mark-read/")

        assert client.get(f"{LIST}unread-count/").json() == {"count": 2}
        assert api(as_=recruiter).get(f"{LIST}unread-count/").json() == {"count": 1}


class TestMarkRead:
    @pytest.mark.parametrize(("method", "name"), [("post", "mark-read"), ("patch", "read")])
    def test_marks_one(self, api, candidate, feed, method, name):
        client = api(as_=candidate)

        answer = getattr(client, method)(f"{LIST}{feed[1].pk}/{name}/")

        assert answer.status_code == 200
        assert (answer.json()["id"], answer.json()["is_read"]) == (str(feed[1].pk), True)
        feed[1].refresh_from_db()
        first = feed[1].read_at
        assert getattr(client, method)(f"{LIST}{feed[1].pk}/{name}/").status_code == 200
        feed[1].refresh_from_db()
        assert feed[1].read_at == first

    @pytest.mark.parametrize(("method", "name"), [("post", "mark-read"), ("patch", "read")])
    def test_refuses_somebody_elses_and_changes_nothing(
        self, api, recruiter, feed, everything, method, name
    ):
        client = api(as_=recruiter)
        before = everything()

        answer = getattr(client, method)(f"{LIST}{feed[1].pk}/{name}/")

        assert (answer.status_code, answer.json()["code"]) == (404, "notification_not_found")
        assert everything() == before

    def test_each_name_has_one_method(self, api, candidate, feed):
        client = api(as_=candidate)

        assert client.patch(f"{LIST}{feed[1].pk}/mark-read/").status_code == 405
        assert client.post(f"{LIST}{feed[1].pk}/read/").status_code == 405
        assert client.get(f"{LIST}{feed[1].pk}/read/").status_code == 405
        assert client.post(f"{LIST}read-all/").status_code == 405
        assert client.patch(f"{LIST}mark-all-read/").status_code == 405

    @pytest.mark.parametrize(("method", "name"), [("post", "mark-all-read"), ("patch", "read-all")])
    def test_marks_all_of_ones_own(self, api, candidate, recruiter, feed, method, name):
        client = api(as_=candidate)

        assert getattr(client, method)(f"{LIST}{name}/").json() == {"marked": 3}
        assert getattr(client, method)(f"{LIST}{name}/").json() == {"marked": 0}

        assert client.get(f"{LIST}unread-count/").json() == {"count": 0}
        assert api(as_=recruiter).get(f"{LIST}unread-count/").json() == {"count": 1}


class TestAnonymous:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("get", ""),
            ("get", "unread-count/"),
            ("post", "mark-all-read/"),
            ("patch", "read-all/"),
            ("get", "{id}/"),
            ("post", "{id}/mark-read/"),
            ("patch", "{id}/read/"),
        ],
    )
    def test_is_asked_to_sign_in(self, api, feed, everything, method, path):
        before = everything()

        answer = getattr(api(), method)(LIST + path.format(id=feed[0].pk))

        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        assert everything() == before
