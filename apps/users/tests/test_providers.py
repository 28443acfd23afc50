"""Signing in and up with another platform, against a provider on the loopback interface."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from rest_framework.test import APIClient

from apps.core.models import Audit
from apps.users import selectors
from apps.users.models import User
from apps.users.tests.factories import UserFactory
from apps.users.tests.identity import BROWSER, AppClient, codes
from apps.users.tests.provider import CLIENT_ID, running

pytestmark = pytest.mark.django_db

TOKEN = "auth/provider/token"


@pytest.fixture
def provider(settings):
    with running() as made:
        app = {
            "provider_id": "oidc",
            "name": "OpenID Connect",
            "client_id": CLIENT_ID,
            "secret": "secret",
            "settings": {"server_url": made.url, "oauth_pkce_enabled": True},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        settings.FRONTEND_URL = "http://localhost:3000"
        made.person = {
            "sub": "42",
            "email": "Mai@Example.vn",
            "email_verified": True,
            "name": "Hoàng  Thị Mai",
            "user_type": "ADMIN",
            "is_staff": True,
        }
        yield made


def hand_over(client, id_token, process="login"):
    return client.ask(
        "post",
        TOKEN,
        {
            "provider": "oidc",
            "process": process,
            "token": {"client_id": CLIENT_ID, "id_token": id_token},
        },
    )


class TestTokens:
    def test_make_a_candidate_whatever_the_provider_claims(self, provider):
        client = AppClient()

        answer = hand_over(client, provider.id_token())

        assert answer.status_code == 200, answer.content
        user = User.objects.get()
        assert (user.email, user.full_name) == ("mai@example.vn", "Hoàng Thị Mai")
        assert (user.user_type, user.is_staff, user.is_superuser) == ("CANDIDATE", False, False)
        assert not user.has_usable_password()
        assert selectors.is_email_verified(viewer=user)
        headers = {"Authorization": f"Bearer {answer.json()['meta']['access_token']}"}
        assert APIClient().get("/api/v1/auth/me/", headers=headers).status_code == 200

    def test_sign_the_same_person_in_again(self, provider):
        hand_over(AppClient(), provider.id_token())

        assert hand_over(AppClient(), provider.id_token()).status_code == 200
        assert User.objects.count() == SocialAccount.objects.count() == 1

    def test_of_an_unverified_address_lead_to_a_mail(self, provider, mailbox):
        provider.person["email_verified"] = False

        hand_over(AppClient(), provider.id_token())

        user = User.objects.get()
        assert not selectors.is_email_verified(viewer=user)
        assert any("verify-email" in mail.text for mail in mailbox(to=user.email))

    def test_do_not_open_an_account_that_has_the_address(self, provider):
        UserFactory(email="mai@example.vn")
        client = AppClient()

        answer = hand_over(client, provider.id_token())

        assert answer.status_code == 401
        assert not SocialAccount.objects.exists()
        finish = client.ask("post", "auth/provider/signup", {"email": "mai@example.vn"})
        assert (finish.status_code, codes(finish)) == (400, ["email_taken"])

    def test_are_connected_after_proving_who_one_is(self, provider):
        owner = UserFactory(email="mai@example.vn")
        client = AppClient()
        client.log_in(owner)

        too_early = hand_over(client, provider.id_token(), process="connect")
        client.reauthenticate()
        done = hand_over(client, provider.id_token(), process="connect")

        assert (too_early.status_code, done.status_code) == (401, 200)
        assert SocialAccount.objects.get().user == owner
        assert Audit.objects.filter(verb="provider_connected", subject_id=owner.pk).count() == 1
        assert hand_over(AppClient(), provider.id_token()).status_code == 200

    @pytest.mark.parametrize(
        "change", [{"aud": "another"}, {"exp": 1}, {"iss": "https://evil.example"}]
    )
    def test_for_others_or_of_others_are_refused(self, provider, change):
        answer = hand_over(AppClient(), provider.id_token(**change))

        assert (answer.status_code, codes(answer)) == (400, ["invalid_token"])
        assert not User.objects.exists()

    def test_refuse_a_banned_account(self, provider):
        hand_over(AppClient(), provider.id_token())
        User.objects.update(is_active=False)

        answer = hand_over(AppClient(), provider.id_token())

        assert (answer.status_code, codes(answer)) == (401, ["account_inactive"])


class TestRedirect:
    def leave(self, browser):
        form = {
            "provider": "oidc",
            "process": "login",
            "callback_url": "http://localhost:3000/welcome",
        }
        answer = browser.post(f"{BROWSER}auth/provider/redirect", form, "multipart")
        assert answer.status_code == 302
        return urlsplit(answer["Location"])

    def back(self, browser, provider, to, code="good"):
        provider.codes = {"good"}
        query = parse_qs(to.query)
        callback = urlsplit(query["redirect_uri"][0])
        return browser.get(callback.path, {"code": code, "state": query["state"][0]})

    def test_goes_there_and_back_with_a_cookie(self, provider):
        browser = APIClient()
        to = self.leave(browser)

        answer = self.back(browser, provider, to)

        assert f"{to.scheme}://{to.netloc}{to.path}" == f"{provider.url}/authorize"
        assert "code_challenge" in parse_qs(to.query)
        assert (answer.status_code, answer["Location"]) == (302, "http://localhost:3000/welcome")
        assert browser.get("/api/v1/auth/me/").json()["email"] == "mai@example.vn"

    def test_takes_a_banned_account_to_the_login_page_with_the_reason(self, provider):
        hand_over(AppClient(), provider.id_token())
        User.objects.update(is_active=False)
        browser = APIClient()

        answer = self.back(browser, provider, self.leave(browser))

        assert answer["Location"] == "http://localhost:3000/login?error=account_inactive"

    def test_does_not_lead_to_other_sites(self, provider):
        form = {"provider": "oidc", "process": "login", "callback_url": "https://evil.example/"}

        answer = APIClient().post(f"{BROWSER}auth/provider/redirect", form, "multipart")

        assert "evil.example" not in answer["Location"]
