"""Browsers: an httpOnly cookie whose session is a row of ours, and the CSRF check of whatever it changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.users.models import Session, User
from apps.users.tests.doors import ends
from apps.users.tests.factories import PASSWORD
from apps.users.tests.identity import BROWSER

pytestmark = pytest.mark.django_db

ME = "/api/v1/auth/me/"
PAGE = "http://localhost:3000"


class Browser(APIClient):
    """A page of the frontend: cookies, an origin, and the token of the cookie in a header."""

    def __init__(self):
        super().__init__(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en", HTTP_ORIGIN=PAGE)
        self.get(f"{BROWSER}config")

    @property
    def token(self):
        return self.cookies["csrftoken"].value

    def change(self, method, path, body=None, **headers):
        headers = {"X-CSRFToken": self.token} | headers
        return getattr(self, method)(path, body, format="json", headers=headers)

    def log_in(self, user):
        return self.change(
            "post", f"{BROWSER}auth/login", {"email": user.email, "password": PASSWORD}
        )


@pytest.fixture
def browser(candidate):
    made = Browser()
    assert made.log_in(candidate).status_code == 200
    return made


class TestCookie:
    def test_opens_the_api_and_holds_no_token(self, browser, candidate):
        cookie = browser.cookies["sessionid"]

        assert browser.get(ME).json()["email"] == candidate.email
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert "access_token" not in browser.get(f"{BROWSER}auth/session").json()["meta"]

    def test_is_one_of_the_sessions_that_the_owner_sees(self, browser):
        [row] = browser.get("/api/v1/auth/sessions/").json()

        assert row["current"] is True

    def test_is_good_as_long_as_a_refresh_token_and_no_longer(self, browser, settings):
        session = Session.objects.get()

        assert session.expires_at
        lifetime = session.expires_at - session.created_at
        assert abs(lifetime - settings.JWT_REFRESH_LIFETIME) < timedelta(seconds=5)
        Session.objects.update(expires_at=timezone.now())
        assert browser.get(ME).status_code == 401

    @pytest.mark.parametrize(
        "end",
        [
            lambda browser: browser.change("delete", f"{BROWSER}auth/session"),
            lambda browser: browser.change("post", "/api/v1/auth/logout/"),
            lambda browser: User.objects.update(is_active=False),
        ],
    )
    def test_is_over_at_once(self, browser, end):
        stolen = browser.cookies.copy()
        end(browser)
        thief = APIClient()
        thief.cookies = stolen

        assert thief.get(ME).status_code == 401

    def test_that_is_over_keeps_nobody_from_what_is_public(self, browser):
        Session.objects.update(expires_at=timezone.now())

        assert browser.get("/api/v1/jobs/").status_code == 200

    def test_of_an_own_password_change_stays_and_others_end(self, browser, candidate):
        other = Browser()
        other.log_in(candidate)
        body = {"current_password": PASSWORD, "new_password": "another-long-passphrase-8"}

        answer = browser.change("post", f"{BROWSER}account/password/change", body)

        assert answer.status_code == 200
        assert browser.get(ME).status_code == 200
        assert other.get(ME).status_code == 401


class TestCsrf:
    def test_lets_a_page_of_ours_change_something(self, browser):
        assert browser.change("patch", ME, {"full_name": "Tên Mới"}).status_code == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {"X-CSRFToken": ""},
            {"X-CSRFToken": "x" * 64},
            {"Origin": "https://evil.example"},
        ],
    )
    def test_refuses_a_change_that_no_page_of_ours_sent(self, browser, candidate, headers):
        answer = browser.change("patch", ME, {"full_name": "Kẻ Gian"}, **headers)

        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
        candidate.refresh_from_db()
        assert candidate.full_name == "Trần Thị Bình"

    def test_is_asked_of_signing_in_too(self, candidate):
        stranger = APIClient(enforce_csrf_checks=True)
        body = {"email": candidate.email, "password": PASSWORD}

        answer = stranger.post(f"{BROWSER}auth/login", body, "json")

        assert answer.status_code == 403
        assert answer["Content-Type"].endswith("json")
        assert ends() == {}

    def test_is_not_asked_of_who_sends_a_token(self, candidate, browser):
        tokens = APIClient().post(
            "/api/v1/auth/login/", {"email": candidate.email, "password": PASSWORD}, "json"
        )
        headers = {"Authorization": f"Bearer {tokens.json()['access']}", "X-CSRFToken": ""}

        assert browser.change("patch", ME, {"full_name": "Tên Mới"}, **headers).status_code == 200
