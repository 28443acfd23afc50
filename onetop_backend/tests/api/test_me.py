from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection, connections

from apps.companies.enums import MemberRole
from apps.companies.tests.factories import CompanyFactory, MembershipFactory
from apps.payments.tests.factories import grant
from apps.users.selectors import get_account_unscoped
from apps.users.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth/"
ME = f"{AUTH}me/"


class TestGet:
    def test_shows_a_candidate_their_account(self, api, candidate):
        answer = api(as_=candidate).get(ME)

        assert answer.status_code == 200
        body = answer.json()
        assert body.pop("created_at")
        assert body == {
            "id": str(candidate.pk),
            "email": "candidate@example.vn",
            "full_name": "Trần Thị Bình",
            "phone_number": candidate.phone_number,
            "user_type": "CANDIDATE",
            "approval": "NOT_REQUIRED",
            "avatar": None,
            "language": "vi",
            "email_verified": False,
            "job_posting_credits": 0,
            "membership_expires_at": None,
        }

    def test_shows_whether_the_address_is_verified(self, api, mailbox):
        body = {
            "email": "mai@example.vn",
            "password": PASSWORD,
            "full_name": "Hoàng Thị Mai",
            "user_type": "CANDIDATE",
        }
        me = api().post(f"{AUTH}register/", body, format="json").json()
        client = api(as_=get_account_unscoped(me["id"]))
        assert client.get(ME).json()["email_verified"] is False

        keys = [
            re.search(r"verify-email\?key=(\S+)", mail.text) for mail in mailbox(to=me["email"])
        ]
        [key] = [unquote(found[1]) for found in keys if found]
        assert api().post(f"{AUTH}email/verify/", {"key": key}, format="json").status_code == 204

        assert client.get(ME).json()["email_verified"] is True

    def test_shows_a_recruiter_the_credits_of_the_company(self, api, recruiter, company):
        client = api(as_=recruiter)
        assert client.get(ME).json()["job_posting_credits"] == 0

        grant(company, 7)

        assert client.get(ME).json()["job_posting_credits"] == 7

    def test_shows_the_credits_of_the_company_joined_first(self, api, recruiter, company):
        later = CompanyFactory()
        MembershipFactory(company=later, user=recruiter, role=MemberRole.FINANCE)
        grant(company, 2)
        grant(later, 90)

        assert api(as_=recruiter).get(ME).json()["job_posting_credits"] == 2

    def test_tells_nothing_without_a_token(self, api):
        assert api().get(ME).status_code == 401

    def test_costs_five_queries(self, api, recruiter, company, queries):
        """Session with its account, account, its address, company, balance."""
        client = api(as_=recruiter)
        client.get(ME)

        with queries(5):
            client.get(ME)


class TestPatch:
    def test_changes_what_one_says_about_oneself(self, api, candidate):
        client = api(as_=candidate)

        answer = client.patch(
            ME,
            {
                "full_name": "  Trần   Thị Bình An ",
                "phone_number": "0912 345 678",
                "language": "en",
            },
            format="json",
        )

        assert answer.status_code == 200
        body = answer.json()
        assert body == client.get(ME).json()
        assert (body["full_name"], body["phone_number"], body["language"]) == (
            "Trần Thị Bình An",
            "0912345678",
            "en",
        )

    def test_leaves_what_is_not_sent(self, api, candidate):
        client = api(as_=candidate)
        before = client.get(ME).json()

        assert client.patch(ME, {"language": "en"}, format="json").json() == {
            **before,
            "language": "en",
        }
        assert client.patch(ME, {}, format="json").status_code == 200

    def test_does_not_read_what_the_platform_decides(self, api, recruiter, company):
        """A client of the system before could make itself an administrator, or rich (D2, D31)."""
        client = api(as_=recruiter)
        before = client.get(ME).json()

        answer = client.patch(
            ME,
            {
                "id": "00000000-0000-0000-0000-000000000000",
                "email": "other@example.vn",
                "user_type": "ADMIN",
                "approval": "NOT_REQUIRED",
                "is_staff": True,
                "is_superuser": True,
                "job_posting_credits": 1000,
                "membership_expires_at": "2030-01-01T00:00:00Z",
            },
            format="json",
        )

        assert (answer.status_code, answer.json()) == (200, before)
        account = get_account_unscoped(recruiter.pk)
        assert (account.is_staff, account.is_superuser) == (False, False)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("full_name", ""),
            ("full_name", "   "),
            ("full_name", None),
            ("full_name", "x" * 256),
            ("phone_number", "không"),
            ("phone_number", "1" * 31),
            ("language", "fr"),
        ],
    )
    def test_refuses_and_changes_nothing(self, api, candidate, field, value):
        client = api(as_=candidate)
        before = client.get(ME).json()

        answer = client.patch(ME, {"language": "en", field: value}, format="json")

        assert answer.status_code == 400
        assert [error["pointer"] for error in answer.json()["errors"]] == [field]
        assert field in answer.json()
        assert client.get(ME).json() == before

    def test_knows_no_put(self, api, candidate):
        assert api(as_=candidate).put(ME, {}, format="json").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_a_profile_brings_no_old_password_back(api, candidate):
    """The profile's request has read the account; the password is changed; then the profile is written (D14)."""
    client, changer = api(as_=candidate), api(as_=candidate)
    has_read, may_go_on = Event(), Event()

    def pause(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if "users_user" in sql and not has_read.is_set():
            has_read.set()
            assert may_go_on.wait(20)
        return result

    def write_profile() -> Any:
        try:
            with connection.execute_wrapper(pause):
                return client.patch(ME, {"full_name": "Tên Mới"}, format="json")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        profile = pool.submit(write_profile)
        assert has_read.wait(20)
        changed = changer.post(
            f"{AUTH}password/change/",
            {"old_password": PASSWORD, "new_password": "mot-mat-khau-khac"},
            format="json",
        )
        may_go_on.set()

    assert (changed.status_code, profile.result().status_code) == (204, 200)
    login = {"email": candidate.email, "password": "mot-mat-khau-khac"}
    assert api().post(f"{AUTH}login/", login, format="json").status_code == 200
    assert changer.get(ME).json()["full_name"] == "Tên Mới"
