from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from apps.companies.enums import MemberRole
from apps.companies.tests.factories import MembershipFactory
from apps.payments.models import CreditAccount, CreditEntry
from apps.payments.services import credits
from apps.payments.tests.factories import grant

pytestmark = pytest.mark.django_db

URL = "/api/v1/payments/credits/"


class TestShowingCredits:
    def test_shows_balance_lots_and_ledger(self, api, recruiter, company, now):
        lot = grant(company, 20, expires_at=datetime(2100, 1, 1, tzinfo=UTC))
        grant(company, 3, expires_at=now - timedelta(seconds=1))
        credits.spend_for_posting(actor=recruiter, company_id=company.id, source="job:1", now=now)
        spent = CreditEntry.objects.get(source="job:1")

        answer = api(as_=recruiter).get(URL)

        body = answer.json()
        assert answer.status_code == 200
        assert set(body) == {
            "company_id", "balance", "lots", "count", "next", "previous", "results",
        }  # fmt: skip
        assert (body["company_id"], body["balance"]) == (str(company.id), 19)
        assert body["lots"] == [
            {
                "id": str(lot.id),
                "granted": 20,
                "remaining": 19,
                "expires_at": "2100-01-01T07:00:00+07:00",
                "created_at": body["lots"][0]["created_at"],
            }
        ]
        assert (body["count"], body["next"], body["previous"]) == (3, None, None)
        assert body["results"][0] == {
            "id": str(spent.id),
            "seq": 3,
            "kind": "SPEND",
            "delta": -1,
            "balance_after": 22,
            "source": "job:1",
            "created_at": body["results"][0]["created_at"],
        }
        assert datetime.fromisoformat(body["results"][0]["created_at"]) == now
        assert [(row["seq"], row["kind"], row["delta"]) for row in body["results"][1:]] == [
            (2, "GRANT", 3),
            (1, "GRANT", 20),
        ]

    def test_shows_nothing_where_nothing_was_granted(self, api, recruiter, company):
        body = api(as_=recruiter).get(URL).json()

        assert (body["balance"], body["lots"], body["results"], body["count"]) == (0, [], [], 0)
        assert not CreditAccount.objects.exists()

    def test_keeps_what_staff_wrote_to_themselves(self, api, recruiter, staff, company, now):
        credits.grant(
            actor=staff, company_id=company.id, amount=1, reason="difficult customer", now=now
        )

        text = api(as_=recruiter).get(URL).content.decode()

        assert "difficult" not in text
        assert str(staff.id) not in text

    def test_pages_through_the_ledger(self, api, recruiter, company):
        for _ in range(5):
            grant(company, 1)

        body = api(as_=recruiter).get(URL, {"page_size": 2, "page": 2}).json()

        assert [row["seq"] for row in body["results"]] == [3, 2]
        assert (body["count"], body["balance"], len(body["lots"])) == (5, 5, 5)
        assert body["next"].endswith("?page=3&page_size=2")

    def test_takes_another_company_of_the_caller(self, api, recruiter, company, other_company):
        MembershipFactory(company=other_company, user=recruiter, role=MemberRole.FINANCE)
        grant(other_company, 7)
        client = api(as_=recruiter)

        assert client.get(URL).json()["balance"] == 0
        assert client.get(URL, {"company": str(other_company.id)}).json()["balance"] == 7

    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [
            (None, 401, "not_authenticated"),
            ("candidate", 403, "company_role_not_allowed"),
            ("other_recruiter", 403, "company_role_not_allowed"),
            ("staff", 403, "company_role_not_allowed"),
        ],
    )
    def test_is_for_the_companys_own_people(self, who, status, code, api, company, request):
        grant(company, 7)
        actor = request.getfixturevalue(who) if who else None

        answer = api(as_=actor).get(URL, {"company": str(company.id)})

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert "balance" not in answer.json()

    @pytest.mark.parametrize("role", ["RECRUITER", "HIRING_MANAGER", "INTERVIEWER", "GRADER"])
    def test_is_not_for_members_without_finances(self, role, api, company):
        member = MembershipFactory(company=company, role=role)

        answer = api(as_=member.user).get(URL)

        assert (answer.status_code, answer.json()["code"]) == (403, "company_role_not_allowed")

    @pytest.mark.parametrize(
        ("query", "status", "code"),
        [
            ({}, 409, "company_required"),
            ({"company": str(uuid4())}, 404, "company_not_found"),
            ({"company": "mine"}, 400, "invalid_input"),
            ({"user": "me"}, 400, "invalid_input"),
        ],
    )
    def test_needs_a_company(self, query, status, code, api, candidate):
        answer = api(as_=candidate).get(URL, query)

        assert (answer.status_code, answer.json()["code"]) == (status, code)

    @pytest.mark.parametrize("rows", [2, 50])
    def test_costs_the_same_for_any_number(self, rows, api, recruiter, company, queries):
        """Session with user, own company, role, lots, count, entries: six queries."""
        for _ in range(rows):
            grant(company, 1)
        client = api(as_=recruiter)

        with queries(6):
            body = client.get(URL, {"page_size": 100}).json()

        assert len(body["results"]) == len(body["lots"]) == rows

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_is_read_only(self, method, api, recruiter, company):
        answer = getattr(api(as_=recruiter), method)(URL, {"balance": 1000}, format="json")

        assert answer.status_code == 405
        assert not CreditAccount.objects.exists()
