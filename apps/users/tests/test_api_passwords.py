"""Changing and resetting passwords over HTTP."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.core.ids import uuid7
from apps.users.models import Session, User
from apps.users.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

CHANGE = "/api/v1/auth/password/change/"
RESET = "/api/v1/auth/password/reset/"
CONFIRM = "/api/v1/auth/password/reset/confirm/"
SESSIONS = "/api/v1/auth/sessions/"
NEW = "a-quite-different-phrase"


def refusals(response):
    assert response.status_code == 400
    return {(error["pointer"], error["code"]) for error in response.json()["errors"]}


def has_password(user, password):
    return User.objects.get(pk=user.pk).check_password(password)


class TestChange:
    def test_keeps_this_session_and_ends_the_others(self, candidate, api):
        here, there = api(as_=candidate), api(as_=candidate)

        response = here.post(CHANGE, {"old_password": PASSWORD, "new_password": NEW}, format="json")

        assert (response.status_code, response.content) == (204, b"")
        assert here.get(SESSIONS).status_code == 200
        assert there.get(SESSIONS).status_code == 401
        assert has_password(candidate, NEW)

    @pytest.mark.parametrize(
        ("body", "refused_for"),
        [
            (
                {"old_password": "wrong", "new_password": NEW},
                ("old_password", "password_incorrect"),
            ),
            (
                {"old_password": PASSWORD, "new_password": "short"},
                ("new_password", "password_too_short"),
            ),
            (
                {"old_password": PASSWORD, "new_password": "tran thi binh"},
                ("new_password", "password_too_similar"),
            ),
            ({"old_password": PASSWORD}, ("new_password", "required")),
            ({"new_password": NEW}, ("old_password", "required")),
        ],
    )
    def test_refused_changes_nothing(self, body, refused_for, candidate, api):
        here, there = api(as_=candidate), api(as_=candidate)

        response = here.post(CHANGE, body, format="json")

        assert refused_for in refusals(response)
        assert has_password(candidate, PASSWORD)
        assert there.get(SESSIONS).status_code == 200

    def test_is_for_the_signed_in(self, api):
        body = {"old_password": PASSWORD, "new_password": NEW}

        assert api().post(CHANGE, body, format="json").status_code == 401


class TestReset:
    def test_goes_from_the_mail_to_a_new_password(self, candidate, api, mailbox, work):
        elsewhere = api(as_=candidate)

        asked = api().post(RESET, {"email": candidate.email.upper()}, format="json")
        assert (asked.status_code, asked.content) == (204, b"")
        work.run()
        (mail,) = mailbox(to=candidate.email)
        assert mail.sent_at is not None
        (link,) = re.findall(r"http\S+", mail.text)
        query = parse_qs(urlsplit(link).query)
        body = {name: values[0] for name, values in query.items()} | {"new_password": NEW}

        confirmed = api().post(CONFIRM, body, format="json")
        assert (confirmed.status_code, confirmed.content) == (204, b"")
        assert has_password(candidate, NEW)
        assert elsewhere.get(SESSIONS).status_code == 401

        again = api().post(CONFIRM, body | {"new_password": "yet-another-phrase"}, format="json")
        assert refusals(again) == {("token", "token_invalid")}
        assert has_password(candidate, NEW)

    def test_answers_the_same_whether_or_not_there_is_an_account(self, candidate, api, mailbox):
        answers = [
            api().post(RESET, {"email": email}, format="json")
            for email in (candidate.email, "nobody@example.vn")
        ]

        assert {(answer.status_code, answer.content) for answer in answers} == {(204, b"")}
        assert {mail.to for mail in mailbox()} == {candidate.email}

    @pytest.mark.parametrize(
        "body", [{}, {"email": "no address"}, {"email": None}, {"email": "a" * 300 + "@mail.vn"}]
    )
    def test_refuses_what_is_no_address(self, body, api):
        assert api().post(RESET, body, format="json").status_code == 400

    @pytest.mark.parametrize(
        ("changed", "pointer"),
        [
            ({"uid": "x"}, "uid"),
            ({"uid": str(uuid7())}, "token"),
            ({"token": "x"}, "token"),
            ({"token": "-"}, "token"),
            ({"token": "zzzzzzzzzzzzzzzzzzzz-x"}, "token"),
            ({"token": "٣٣-x"}, "token"),
            ({"token": None}, "token"),
            ({"new_password": ""}, "new_password"),
        ],
    )
    def test_refuses_links_that_we_did_not_make(self, changed, pointer, candidate, api):
        body = {"uid": str(candidate.pk), "token": "c1-abc", "new_password": NEW} | changed

        response = api().post(CONFIRM, body, format="json")

        assert {at for at, _ in refusals(response)} == {pointer}
        assert has_password(candidate, PASSWORD)
        assert not Session.objects.exists()
