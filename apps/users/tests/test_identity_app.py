"""Identity's app client: allauth's paths, our tokens, our sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from apps.users.enums import SessionEnd
from apps.users.models import Session, User
from apps.users.tests.doors import OPEN, ends
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tests.identity import APP, AppClient, codes

pytestmark = pytest.mark.django_db

ME = "/api/v1/auth/me/"
NEW_PASSWORD = "another-long-passphrase-8"


def may_enter(access):
    return APIClient().get(ME, headers={"Authorization": f"Bearer {access}"}).status_code == 200


@pytest.fixture
def client(candidate):
    made = AppClient()
    assert made.log_in(candidate).status_code == 200
    return made


class TestLogin:
    def test_gives_tokens_that_open_the_api_and_neither_cookie_nor_key(self, candidate):
        client = AppClient()

        answer = client.log_in(candidate)

        assert answer.status_code == 200
        assert answer.json()["data"]["user"]["email"] == candidate.email
        assert set(answer.json()["meta"]) == {
            "is_authenticated",
            "access_token",
            "refresh_token",
            "expires_in",
        }
        assert not answer.cookies
        assert may_enter(client.meta["access_token"])

    def test_opens_one_session_that_both_lists_know(self, candidate):
        client = AppClient(HTTP_USER_AGENT="phone", REMOTE_ADDR="203.0.113.9")
        client.log_in(candidate)

        [row] = (
            APIClient()
            .get(
                "/api/v1/auth/sessions/",
                headers={"Authorization": f"Bearer {client.meta['access_token']}"},
            )
            .json()
        )

        assert (row["ip"], row["user_agent"], row["current"]) == ("203.0.113.9", "phone", True)
        assert client.ask("get", "auth/session").status_code == 200
        assert Session.objects.count() == 1

    def test_takes_the_address_however_it_is_typed_and_the_password_exactly(self):
        user = UserFactory(email="mai@example.vn")
        user.set_password(f" {PASSWORD} ")
        user.save()
        typed = {"email": "MAI@Example.vn", "password": f" {PASSWORD} "}

        assert AppClient().ask("post", "auth/login", typed).status_code == 200
        assert AppClient().log_in(user, PASSWORD).status_code == 400

    @pytest.mark.parametrize("email", ["candidate@example.vn", "nobody@example.vn"])
    def test_does_not_tell_whether_there_is_an_account(self, candidate, email):
        answer = AppClient().ask("post", "auth/login", {"email": email, "password": "wrong"})

        assert (answer.status_code, codes(answer)) == (400, ["email_password_mismatch"])
        assert Session.objects.count() == 0

    @pytest.mark.parametrize(
        ("kind", "code"),
        [
            ({"pending": True}, "account_pending_approval"),
            ({"rejected": True}, "account_rejected"),
            ({"is_active": False}, "account_inactive"),
        ],
    )
    def test_refuses_accounts_that_may_not_enter_only_after_the_password(self, kind, code):
        user = UserFactory(**kind)

        right, wrong = AppClient().log_in(user), AppClient().log_in(user, "wrong")

        assert (right.status_code, codes(right)) == (401, [code])
        assert (wrong.status_code, codes(wrong)) == (400, ["email_password_mismatch"])
        assert Session.objects.count() == 0

    @pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"[" * 5000])
    def test_answers_a_broken_body_with_json(self, body):
        answer = APIClient().post(f"{APP}auth/login", body, content_type="application/json")

        assert (answer.status_code, codes(answer)) == (400, ["malformed_request"])


class TestTokens:
    def test_of_the_thin_login_open_identity(self, candidate):
        tokens = (
            APIClient()
            .post("/api/v1/auth/login/", {"email": candidate.email, "password": PASSWORD}, "json")
            .json()
        )
        client = AppClient()
        client.meta = {"access_token": tokens["access"]}

        answer = client.ask("get", "auth/session")

        assert answer.status_code == 200
        assert answer.json()["data"]["user"]["id"] == str(candidate.pk)
        assert client.reauthenticate().status_code == 200
        assert client.ask("get", "account/authenticators/webauthn").status_code == 200

    def test_are_exchanged_and_a_late_reuse_ends_the_session(self, client, candidate, monkeypatch):
        first = client.meta["refresh_token"]
        answer = client.ask("post", "tokens/refresh", {"refresh_token": first})
        again = client.ask("post", "tokens/refresh", {"refresh_token": first})
        monkeypatch.setattr("apps.users.services.tokens.REUSE_GRACE", timedelta(seconds=-1))

        late = client.ask("post", "tokens/refresh", {"refresh_token": first})

        assert answer.json()["data"] == again.json()["data"]
        assert late.status_code == 400
        assert not may_enter(answer.json()["data"]["access_token"])
        assert [end for _, end in ends().values()] == [SessionEnd.TOKEN_REUSED]

    def test_that_are_dead_answer_410(self, client, candidate):
        User.objects.filter(pk=candidate.pk).update(is_active=False)

        assert client.ask("get", "auth/session").status_code == 410

    def test_a_key_of_djangos_sessions_is_no_token(self, client):
        stored = Session.objects.get().store_key
        stranger = AppClient()
        stranger.meta = {"session_token": stored}

        assert stored
        assert stranger.ask("get", "auth/session").status_code == 410


class TestLogout:
    def test_ends_the_session_at_once(self, client):
        answer = client.ask("delete", "auth/session")

        assert answer.status_code == 401
        assert not may_enter(client.meta["access_token"])
        assert client.ask("get", "auth/session").status_code == 410
        assert [end for _, end in ends().values()] == [SessionEnd.LOGGED_OUT]


class TestPasswords:
    def test_of_ones_own_are_changed_and_other_sessions_end(self, client, candidate):
        other = AppClient()
        other.log_in(candidate)

        answer = client.ask(
            "post",
            "account/password/change",
            {"current_password": PASSWORD, "new_password": NEW_PASSWORD},
        )

        assert answer.status_code == 200
        assert may_enter(client.meta["access_token"])
        assert client.ask("get", "auth/session").status_code == 200
        assert not may_enter(other.meta["access_token"])
        assert AppClient().log_in(candidate, NEW_PASSWORD).status_code == 200
        assert sorted(reason for _, reason in ends().values()) == ["", "", "PASSWORD_CHANGED"]

    @pytest.mark.parametrize(
        ("new", "code"),
        [
            ("short", "password_too_short"),
            ("password1234", "password_too_common"),
            ("927364518273645", "password_entirely_numeric"),
            ("candidate@example", "password_too_similar"),
        ],
    )
    def test_meet_the_policy(self, client, new, code):
        answer = client.ask(
            "post", "account/password/change", {"current_password": PASSWORD, "new_password": new}
        )

        assert answer.status_code == 400
        assert code in codes(answer)
        assert list(ends().values()) == [OPEN]

    def test_must_be_known_to_be_changed(self, client):
        answer = client.ask(
            "post",
            "account/password/change",
            {"current_password": "wrong", "new_password": NEW_PASSWORD},
        )

        assert (answer.status_code, codes(answer)) == (400, ["enter_current_password"])


class TestSignup:
    @pytest.mark.parametrize("path", ["auth/signup", "auth/webauthn/signup", "account/phone"])
    def test_with_a_password_is_not_served(self, path):
        body = {"email": "x@example.vn", "password": NEW_PASSWORD, "user_type": "ADMIN"}

        assert APIClient().post(APP + path, body, "json").status_code == 404
        assert User.objects.count() == 0
