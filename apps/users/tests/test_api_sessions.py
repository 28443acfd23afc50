"""Signing in, refreshing, signing out and listing sessions over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from apps.core.ids import uuid7
from apps.users.enums import SessionEnd
from apps.users.models import RefreshToken, Session, User
from apps.users.services import accounts, approvals
from apps.users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/api/v1/auth/login/"
REFRESH = "/api/v1/auth/refresh/"
LOGOUT = "/api/v1/auth/logout/"
SESSIONS = "/api/v1/auth/sessions/"


def log_in(user, **headers):
    client = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    response = client.post(
        LOGIN, {"email": user.email, "password": PASSWORD}, format="json", headers=headers
    )
    assert response.status_code == 200
    tokens = response.json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
    return client, tokens


def refused(response, code, status=401):
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    return (response.status_code, problem["code"]) == (status, code) and bool(problem["detail"])


class TestLogin:
    def test_answers_with_tokens_and_account_and_sets_no_cookie(self, recruiter):
        client = APIClient()

        response = client.post(
            LOGIN, {"email": recruiter.email.upper(), "password": PASSWORD}, format="json"
        )

        body = response.json()
        assert response.status_code == 200
        assert set(body) == {
            "access",
            "refresh",
            "user_id",
            "full_name",
            "email",
            "user_type",
            "avatar",
        }
        assert {name: body[name] for name in body if name not in {"access", "refresh"}} == {
            "user_id": str(recruiter.pk),
            "full_name": "Phạm Thu Hà",
            "email": "recruiter@example.vn",
            "user_type": "RECRUITER",
            "avatar": None,
        }
        assert response.cookies == {}

    def test_answers_the_same_for_a_wrong_password_and_an_unknown_address(self, candidate):
        bodies = []
        for email in (candidate.email, "nobody@example.vn", "no address", "x" * 254):
            response = APIClient(HTTP_ACCEPT_LANGUAGE="en").post(
                LOGIN, {"email": email, "password": "wrong"}, format="json"
            )
            assert refused(response, "invalid_credentials")
            assert response["WWW-Authenticate"] == "Bearer"
            bodies.append({**response.json(), "request_id": None})

        assert all(body == bodies[0] for body in bodies)
        assert not Session.objects.exists()

    @pytest.mark.parametrize(
        ("account", "code"),
        [
            ({"pending": True}, "account_pending_approval"),
            ({"rejected": True}, "account_rejected"),
            ({"is_active": False}, "account_inactive"),
        ],
    )
    def test_says_why_an_account_may_not_enter_only_after_its_password(self, account, code, api):
        user = UserFactory(**account)

        wrong = api().post(LOGIN, {"email": user.email, "password": "wrong"}, format="json")
        right = api().post(LOGIN, {"email": user.email, "password": PASSWORD}, format="json")

        assert refused(wrong, "invalid_credentials")
        assert refused(right, code)
        assert not Session.objects.exists()

    def test_takes_the_password_exactly_as_typed(self, api):
        user = UserFactory(password="  khoảng trắng ở hai đầu  ")

        exact = api().post(
            LOGIN, {"email": user.email, "password": "  khoảng trắng ở hai đầu  "}, format="json"
        )
        trimmed = api().post(
            LOGIN, {"email": user.email, "password": "khoảng trắng ở hai đầu"}, format="json"
        )

        assert exact.status_code == 200
        assert refused(trimmed, "invalid_credentials")

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"email": "an@example.vn"},
            {"email": None, "password": None},
            {"email": {}, "password": []},
            {"email": "an\x00@example.vn", "password": "x"},
            {"email": "an@example.vn", "password": "x" * 129},
            [],
            "text",
        ],
    )
    def test_refuses_malformed_bodies(self, body, api):
        assert api().post(LOGIN, body, format="json").status_code == 400

    def test_works_with_a_dead_token_in_the_header(self, candidate):
        log_in(candidate, Authorization="Bearer dead")

    def test_keeps_address_and_software(self, candidate):
        log_in(candidate, **{"User-Agent": "Mozilla/5.0 (X11)"})

        session = Session.objects.get()
        assert (session.ip, session.user_agent) == ("127.0.0.1", "Mozilla/5.0 (X11)")


class TestRefresh:
    def test_answers_with_the_next_pair(self, candidate):
        client, tokens = log_in(candidate)

        response = client.post(REFRESH, {"refresh": tokens["refresh"]}, format="json")

        assert response.status_code == 200
        assert set(response.json()) == {"access", "refresh"}
        assert response.json()["refresh"] != tokens["refresh"]
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {response.json()['access']}")
        assert client.get(SESSIONS).status_code == 200

    def test_answers_byte_for_byte_the_same_for_ten_seconds(self, candidate, now, time_machine):
        time_machine.move_to(now, tick=False)
        client, tokens = log_in(candidate)
        first = client.post(REFRESH, {"refresh": tokens["refresh"]}, format="json")

        time_machine.move_to(now + timedelta(seconds=10), tick=False)
        again = client.post(REFRESH, {"refresh": tokens["refresh"]}, format="json")

        assert (again.status_code, again.content) == (200, first.content)

    def test_d20_a_spent_token_is_dead_and_takes_its_session_along(
        self, candidate, now, time_machine
    ):
        time_machine.move_to(now, tick=False)
        client, tokens = log_in(candidate)
        pair = client.post(REFRESH, {"refresh": tokens["refresh"]}, format="json").json()

        time_machine.move_to(now + timedelta(seconds=11), tick=False)
        reused = client.post(REFRESH, {"refresh": tokens["refresh"]}, format="json")

        assert refused(reused, "token_invalid")
        assert Session.objects.get().end_reason == SessionEnd.TOKEN_REUSED
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
        assert refused(client.get(SESSIONS), "token_invalid")
        assert refused(
            client.post(REFRESH, {"refresh": pair["refresh"]}, format="json"), "token_invalid"
        )

    def test_works_with_an_expired_access_token_in_the_header(self, candidate, now, time_machine):
        time_machine.move_to(now, tick=False)
        client, tokens = log_in(candidate)

        time_machine.move_to(now + timedelta(hours=23), tick=False)

        assert refused(client.get(SESSIONS), "token_invalid")
        response = client.post(REFRESH, {"refresh": tokens["refresh"]}, format="json")
        assert response.status_code == 200

    def test_refuses_an_expired_token(self, candidate, now, time_machine):
        time_machine.move_to(now, tick=False)
        client, tokens = log_in(candidate)

        time_machine.move_to(now + timedelta(days=1), tick=False)

        response = client.post(REFRESH, {"refresh": tokens["refresh"]}, format="json")
        assert refused(response, "token_invalid")

    @pytest.mark.parametrize("body", [{}, {"refresh": ""}, {"refresh": None}, {"refresh": [1]}])
    def test_refuses_malformed_bodies(self, body, api):
        assert api().post(REFRESH, body, format="json").status_code == 400

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(st.text(max_size=100) | st.text(alphabet="ABCabc019-_=", min_size=64, max_size=64))
    def test_answers_garbage_with_a_refusal(self, api, text):
        response = api().post(REFRESH, {"refresh": text}, format="json")

        assert response.status_code in {400, 401}

    @pytest.mark.django_db(transaction=True)
    def test_eight_at_once_get_one_pair(self, candidate, at_once):
        _, tokens = log_in(candidate)

        answers = at_once(
            8,
            lambda _: APIClient().post(REFRESH, {"refresh": tokens["refresh"]}, format="json"),
        )

        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert RefreshToken.objects.count() == 2
        assert Session.objects.get().ended_at is None


class TestLogout:
    def test_ends_the_session_at_once(self, candidate):
        client, tokens = log_in(candidate)
        other, _ = log_in(candidate)

        response = client.post(LOGOUT)

        assert (response.status_code, response.content) == (204, b"")
        assert refused(client.get(SESSIONS), "token_invalid")
        assert refused(
            client.post(REFRESH, {"refresh": tokens["refresh"]}, format="json"), "token_invalid"
        )
        assert other.get(SESSIONS).status_code == 200

    def test_works_with_the_refresh_token_alone(self, candidate, api):
        client, tokens = log_in(candidate)

        response = api().post(LOGOUT, {"refresh": tokens["refresh"]}, format="json")

        assert response.status_code == 204
        assert refused(client.get(SESSIONS), "token_invalid")

    def test_takes_no_refresh_token_for_none(self, candidate):
        client, _ = log_in(candidate)

        assert client.post(LOGOUT, {"refresh": None}, format="json").status_code == 204

    def test_refuses_who_names_no_session(self, api):
        assert refused(api().post(LOGOUT, {}, format="json"), "not_authenticated")
        assert refused(api().post(LOGOUT, {"refresh": "garbage"}, format="json"), "token_invalid")


class TestSessions:
    def test_lists_ones_own_and_marks_the_current(self, candidate, other_candidate, queries):
        phone, _ = log_in(candidate, **{"User-Agent": "phone"})
        laptop, _ = log_in(candidate, **{"User-Agent": "laptop"})
        log_in(other_candidate)

        # The session that asks, and the list.
        with queries(2):
            response = phone.get(SESSIONS)

        assert response.status_code == 200
        listed = response.json()
        assert [(row["user_agent"], row["current"]) for row in listed] == [
            ("laptop", False),
            ("phone", True),
        ]
        assert all(
            set(row) == {"id", "created_at", "last_seen_at", "ip", "user_agent", "current"}
            for row in listed
        )
        assert {row["ip"] for row in listed} == {"127.0.0.1"}
        assert all(datetime.fromisoformat(row["last_seen_at"]).utcoffset() for row in listed)
        assert [row["id"] for row in laptop.get(SESSIONS).json()] == [row["id"] for row in listed]

    def test_ends_another_one_at_once(self, candidate):
        here, _ = log_in(candidate)
        there, _ = log_in(candidate)
        (other,) = [row["id"] for row in here.get(SESSIONS).json() if not row["current"]]

        assert here.delete(f"{SESSIONS}{other}/").status_code == 204

        assert refused(there.get(SESSIONS), "token_invalid")
        assert Session.objects.get(pk=UUID(other)).end_reason == SessionEnd.ENDED_BY_OWNER
        assert [row["current"] for row in here.get(SESSIONS).json()] == [True]
        assert refused(here.delete(f"{SESSIONS}{other}/"), "session_not_found", 404)

    def test_does_not_find_somebody_elses(self, candidate, staff):
        theirs, _ = log_in(candidate)
        (session_id,) = [row["id"] for row in theirs.get(SESSIONS).json()]
        mine, _ = log_in(staff)

        assert refused(mine.delete(f"{SESSIONS}{session_id}/"), "session_not_found", 404)
        assert refused(mine.delete(f"{SESSIONS}{uuid7()}/"), "session_not_found", 404)
        assert theirs.get(SESSIONS).status_code == 200

    @pytest.mark.parametrize("method", ["get", "delete"])
    def test_are_for_the_signed_in(self, method, api):
        path = SESSIONS if method == "get" else f"{SESSIONS}{uuid7()}/"

        assert refused(getattr(api(), method)(path), "not_authenticated")


class TestBearer:
    """What each request's token is checked against."""

    @pytest.mark.parametrize(
        "header",
        [
            "Bearer",
            "Bearer ",
            "Bearer x",
            "bearer a.b.c",
            "BEARER a b",
            "Bearer \xff\xfe",
            "Bearer eyJhbGciOiJub25lIn0.e30.",
        ],
    )
    def test_refuses_what_is_no_token(self, header, api):
        response = api().get(SESSIONS, headers={"Authorization": header})

        assert refused(response, "token_invalid")
        assert response["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize("header", ["", "Basic YTpi", "Token x", "Bearerx y"])
    def test_takes_other_schemes_for_nobody(self, header, api):
        assert refused(api().get(SESSIONS, headers={"Authorization": header}), "not_authenticated")

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=80))
    def test_answers_garbage_with_a_refusal(self, api, text):
        response = api().get(SESSIONS, headers={"Authorization": f"Bearer {text}"})

        assert response.status_code == 401

    def test_takes_the_scheme_in_any_case(self, candidate, api):
        _, tokens = log_in(candidate)

        response = api().get(SESSIONS, headers={"Authorization": f"bEaReR   {tokens['access']} "})

        assert response.status_code == 200

    def test_takes_no_refresh_token_for_access(self, candidate, api):
        _, tokens = log_in(candidate)

        response = api().get(SESSIONS, headers={"Authorization": f"Bearer {tokens['refresh']}"})
        assert refused(response, "token_invalid")

    def test_costs_one_query(self, candidate, queries):
        client, _ = log_in(candidate)

        with queries(2):
            client.get(SESSIONS)

    def test_a_ban_acts_at_once_and_outlasts_its_end(self, candidate, staff, now):
        client, tokens = log_in(candidate)

        accounts.deactivate(actor=staff, user_id=candidate.pk, now=now)
        assert refused(client.get(SESSIONS), "account_inactive")
        assert refused(
            client.post(REFRESH, {"refresh": tokens["refresh"]}, format="json"), "account_inactive"
        )

        accounts.reactivate(actor=staff, user_id=candidate.pk, now=now)
        assert refused(client.get(SESSIONS), "token_invalid")

    def test_a_rejection_acts_at_once(self, recruiter, staff, now):
        client, _ = log_in(recruiter)

        approvals.reject_recruiter(actor=staff, user_id=recruiter.pk, now=now)

        assert refused(client.get(SESSIONS), "account_rejected")

    def test_an_erased_account_has_no_tokens(self, candidate):
        client, _ = log_in(candidate)
        User.objects.filter(pk=candidate.pk).delete()

        assert refused(client.get(SESSIONS), "token_invalid")
