"""Verifying addresses, at both doors."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from rest_framework.test import APIClient

from apps.core.models import Audit
from apps.users import selectors
from apps.users.enums import UserType
from apps.users.models import User
from apps.users.services import accounts, emails
from apps.users.tests.factories import PASSWORD
from apps.users.tests.identity import APP, AppClient, codes

pytestmark = pytest.mark.django_db

VERIFY = "/api/v1/auth/email/verify/"
RESEND = "/api/v1/auth/email/verify/resend/"


def key_in(mail):
    [link] = re.findall(r"https?://\S+", mail.text)
    return parse_qs(urlsplit(link).query)["key"][0]


def verify(key):
    return APIClient(HTTP_ACCEPT_LANGUAGE="en").post(VERIFY, {"key": key}, "json")


@pytest.fixture
def somebody(settings):
    settings.FRONTEND_URL = "https://tuyendung.example.vn"
    body = {
        "email": " Mai@Example.vn",
        "password": PASSWORD,
        "full_name": "Hoàng Thị Mai",
        "user_type": "CANDIDATE",
    }
    headers = {"Accept-Language": "vi"}
    answer = APIClient().post("/api/v1/auth/register/", body, "json", headers=headers)
    assert answer.status_code == 201
    return User.objects.get(email="mai@example.vn")


@pytest.fixture
def link(somebody, mailbox):
    [mail] = [mail for mail in mailbox(to=somebody.email) if "verify-email" in mail.text]
    return mail


class TestRegistration:
    def test_mails_a_link_in_the_accounts_language(self, somebody, link):
        assert link.subject == "Hãy xác nhận địa chỉ e-mail của bạn"
        assert "https://tuyendung.example.vn/verify-email?key=" in link.text
        assert "Xin chào Hoàng Thị Mai" in link.text

    def test_keeps_one_address_that_is_not_verified(self, somebody):
        assert list(EmailAddress.objects.values_list("user", "email", "primary", "verified")) == [
            (somebody.pk, "mai@example.vn", True, False)
        ]

    def test_lets_an_unverified_account_in_and_act(self, somebody, api):
        assert (
            api(as_=somebody)
            .patch("/api/v1/auth/me/", {"full_name": "Mai Hoàng"}, "json")
            .status_code
            == 200
        )
        assert not selectors.is_email_verified(viewer=somebody)

    def test_by_an_operator_needs_no_link(self, mailbox, now):
        admin = accounts.create_account(
            actor=None,
            email="boss@example.vn",
            password=PASSWORD,
            full_name="Nguyễn Quản Trị",
            user_type=UserType.ADMIN,
            now=now,
        )

        assert selectors.is_email_verified(viewer=admin)
        assert mailbox(to=admin.email) == []


class TestVerifying:
    def test_works_once(self, somebody, link):
        once, twice = verify(key_in(link)), verify(key_in(link))

        assert once.status_code == 204
        assert selectors.is_email_verified(viewer=somebody)
        assert (twice.status_code, twice.json()["errors"][0]["code"]) == (400, "key_invalid")
        assert Audit.objects.filter(verb="email_verified", subject_id=somebody.pk).count() == 1

    def test_works_at_identity(self, somebody, link):
        body = {"key": key_in(link)}

        answer = APIClient().post(f"{APP}auth/email/verify", body, "json")

        assert answer.status_code == 401  # verified; nobody is signed in
        assert selectors.is_email_verified(viewer=somebody)
        assert codes(APIClient().post(f"{APP}auth/email/verify", body, "json")) == [
            "invalid_or_expired_key"
        ]

    @pytest.mark.parametrize(
        "change", [lambda key: key + "x", lambda key: "forged", lambda key: key[::-1]]
    )
    def test_refuses_a_forged_link(self, somebody, link, change):
        assert verify(change(key_in(link))).status_code == 400
        assert not selectors.is_email_verified(viewer=somebody)

    def test_refuses_a_link_of_four_days_ago(self, somebody, link, monkeypatch):
        late = time.time() + 3 * 86400 + 2
        monkeypatch.setattr("django.core.signing.time.time", lambda: late)

        assert verify(key_in(link)).status_code == 400


class TestAskingAgain:
    def test_mails_another_link_until_the_address_is_verified(self, somebody, mailbox, link, now):
        later = now + timedelta(minutes=1)
        before = len(mailbox(to=somebody.email))

        assert emails.ask_again(actor=somebody, now=later) is True
        assert len(mailbox(to=somebody.email)) == before + 1
        verify(key_in(link))
        assert emails.ask_again(actor=somebody, now=later + timedelta(minutes=1)) is False
        assert len(mailbox(to=somebody.email)) == before + 1

    def test_is_limited_at_both_doors_together(self, somebody, api):
        client, other = api(as_=somebody), AppClient()
        other.log_in(somebody)

        statuses = [client.post(RESEND).status_code for _ in range(4)]
        statuses += [
            other.ask("put", "account/email", {"email": somebody.email}).status_code
            for _ in range(2)
        ]

        assert statuses == [204, 204, 204, 204, 200, 429]
