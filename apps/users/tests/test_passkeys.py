"""Passkeys, made and used by a software authenticator that really signs."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from rest_framework.test import APIClient

from apps.core.models import Audit
from apps.users.models import Session
from apps.users.tests.factories import PASSWORD
from apps.users.tests.identity import AppClient, codes
from apps.users.tests.passkey import Passkey

pytestmark = pytest.mark.django_db

WEBAUTHN = "account/authenticators/webauthn"
LOGIN = "auth/webauthn/login"


@pytest.fixture
def client(candidate):
    made = AppClient()
    made.log_in(candidate)
    return made


@pytest.fixture
def passkey(client):
    """A passkey of the candidate."""
    key = Passkey()
    client.reauthenticate()
    options = client.ask("get", f"{WEBAUTHN}?passwordless").json()["data"]["creation_options"]
    answer = client.ask("post", WEBAUTHN, {"name": "Điện thoại", "credential": key.make(options)})
    assert answer.status_code == 200, answer.content
    return key


def offered(client, path):
    return client.ask("get", path).json()["data"]["request_options"]


class TestAdding:
    def test_asks_for_the_password_again(self, client):
        assert client.ask("get", WEBAUTHN).status_code == 401

    def test_keeps_the_key_and_tells_the_owner(self, passkey, candidate, mailbox):
        kinds = set(Authenticator.objects.filter(user=candidate).values_list("type", flat=True))

        assert kinds == {"webauthn", "recovery_codes"}
        assert Audit.objects.filter(verb="factor_added", subject_id=candidate.pk).count() == 1
        assert len(mailbox(to=candidate.email)) == 1

    def test_refuses_a_key_made_on_another_site(self, client):
        client.reauthenticate()
        options = client.ask("get", f"{WEBAUTHN}?passwordless").json()["data"]["creation_options"]
        credential = Passkey().make(options, origin="https://evil.example")

        answer = client.ask("post", WEBAUTHN, {"name": "x", "credential": credential})

        assert (answer.status_code, codes(answer)) == (400, ["incorrect_code"])
        assert not Authenticator.objects.exists()


class TestSigningIn:
    def test_works_with_the_passkey_alone(self, passkey, candidate):
        stranger = AppClient()

        answer = stranger.ask("post", LOGIN, {"credential": passkey.sign(offered(stranger, LOGIN))})

        assert answer.status_code == 200, answer.content
        access = answer.json()["meta"]["access_token"]
        me = APIClient().get("/api/v1/auth/me/", headers={"Authorization": f"Bearer {access}"})
        assert me.json()["email"] == candidate.email
        assert Audit.objects.filter(verb="key_used", subject_id=candidate.pk).count() == 1

    def test_refuses_an_answer_to_another_challenge_and_of_another_key(self, passkey):
        stranger, before = AppClient(), Session.objects.count()
        old = passkey.sign(offered(stranger, LOGIN))
        options = offered(stranger, LOGIN)
        forged = Passkey()
        forged._id, forged._user = passkey._id, passkey._user

        for credential in (
            old,
            forged.sign(options),
            passkey.sign(options, origin="https://evil.example"),
        ):
            answer = stranger.ask("post", LOGIN, {"credential": credential})
            assert (answer.status_code, codes(answer)) == (400, ["incorrect_code"])
        assert Session.objects.count() == before

    def test_refuses_a_banned_account(self, passkey, candidate):
        stranger = AppClient()
        type(candidate).objects.update(is_active=False)

        answer = stranger.ask("post", LOGIN, {"credential": passkey.sign(offered(stranger, LOGIN))})

        assert (answer.status_code, codes(answer)) == (401, ["account_inactive"])

    def test_is_the_second_step_after_a_password(self, passkey, candidate):
        second = AppClient()
        assert second.log_in(candidate).status_code == 401
        path = "auth/webauthn/authenticate"

        answer = second.ask("post", path, {"credential": passkey.sign(offered(second, path))})

        assert answer.status_code == 200
        assert "access_token" in answer.json()["meta"]

    def test_makes_the_thin_login_ask_for_a_second_step(self, passkey, candidate):
        body = {"email": candidate.email, "password": PASSWORD}

        problem = APIClient().post("/api/v1/auth/login/", body, "json").json()

        assert (problem["code"], problem["mfa_types"]) == (
            "mfa_required",
            ["recovery_codes", "webauthn"],
        )


class TestRemoving:
    def test_takes_the_recovery_codes_with_it(self, passkey, client, candidate):
        [row] = [
            each
            for each in client.ask("get", "account/authenticators").json()["data"]
            if each["type"] == "webauthn"
        ]

        answer = client.ask("delete", WEBAUTHN, {"authenticators": [row["id"]]})

        assert answer.status_code == 200
        assert not Authenticator.objects.exists()
        assert Audit.objects.filter(verb="factor_removed", subject_id=candidate.pk).count() == 1
