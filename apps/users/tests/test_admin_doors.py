"""How the staff enter and leave their pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from apps.users import selectors
from apps.users.enums import SessionEnd
from apps.users.models import Session, User
from apps.users.services import approvals, sessions
from apps.users.tests.doors import ends
from apps.users.tests.factories import PASSWORD, UserFactory, code_of, give_totp
from apps.users.tests.pages import LIST, browser_of

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"


def enter(user, **fields):
    client = Client(HTTP_ACCEPT_LANGUAGE="en", HTTP_USER_AGENT="desk", REMOTE_ADDR="203.0.113.8")
    answer = client.post(LOGIN, {"username": user.email, "password": PASSWORD, **fields})
    return client, answer


class TestEntering:
    def test_opens_a_session_of_four_hours_that_the_owner_sees(self, staff, now):
        client, _ = enter(staff)

        [session] = selectors.sessions_of(viewer=staff, now=now)
        assert client.get(LIST).status_code == 200
        assert (session.ip, session.user_agent) == ("203.0.113.8", "desk")
        assert timedelta(hours=4) <= session.expires_at - now < timedelta(hours=4, minutes=1)

    def test_is_over_when_the_session_is_whatever_the_cookie_says(self, staff, now):
        client, _ = enter(staff)
        Session.objects.update(expires_at=now)

        assert client.get(LIST).status_code == 302

    def test_takes_a_code_when_the_account_asks_for_one(self, staff, now):
        secret = give_totp(staff)

        without, refused = enter(staff)
        wrong, _ = enter(staff, code="000000")
        right, _ = enter(staff, code=code_of(secret, now))

        assert "This code is not right" in refused.content.decode()
        assert [client.get(LIST).status_code for client in (without, wrong, right)] == [
            302,
            302,
            200,
        ]

    def test_takes_a_code_once(self, staff, now):
        code = code_of(give_totp(staff), now)
        enter(staff, code=code)

        again, _ = enter(staff, code=code)

        assert again.get(LIST).status_code == 302

    def test_asks_for_a_code_before_anything_else_is_told(self, staff):
        page = Client(HTTP_ACCEPT_LANGUAGE="en").get(LOGIN).content.decode()

        assert 'name="username"' in page
        assert 'name="password"' in page
        assert 'name="code"' in page

    def test_without_a_row_of_ours_is_no_entry(self, staff):
        store = SessionStore()
        store[SESSION_KEY] = str(staff.pk)
        store["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
        store["_auth_user_hash"] = staff.get_session_auth_hash()
        store.create()
        client = Client()
        client.cookies["sessionid"] = store.session_key or ""

        assert client.get(LIST).status_code == 302


class TestLeaving:
    def test_ends_the_session(self, staff):
        client, _ = enter(staff)

        client.post("/admin/logout/")

        assert client.get(LIST).status_code == 302
        assert [reason for _, reason in ends().values()] == [SessionEnd.LOGGED_OUT]

    def test_happens_at_once_with_a_ban_a_reset_and_from_elsewhere(self, now):
        boss = UserFactory(staff=True)
        banned, reset, ended = (UserFactory(staff=True, is_superuser=False) for _ in range(3))
        clients = [browser_of(user) for user in (banned, reset, ended)]
        assert [client.get("/admin/").status_code for client in clients] == [200, 200, 200]

        User.objects.filter(pk=banned.pk).update(is_active=False)
        sessions.end_all_sessions(user_id=reset.pk, reason=SessionEnd.PASSWORD_RESET, now=now)
        [theirs] = Session.objects.filter(user=ended)
        sessions.revoke_session(actor=boss, session_id=theirs.pk, now=now)

        assert [client.get("/admin/").status_code for client in clients] == [302, 302, 302]

    def test_happens_when_a_recruiter_of_the_staff_is_rejected(self, staff, now):
        member = UserFactory(recruiter=True, is_staff=True)
        client = browser_of(member)
        assert client.get("/admin/").status_code == 200

        approvals.reject_recruiter(actor=staff, user_id=member.pk, now=now)

        assert client.get("/admin/").status_code == 302
