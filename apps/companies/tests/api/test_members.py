from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from apps.companies.enums import MemberRole
from apps.companies.models import Membership
from apps.companies.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


def url(company, member=None):
    base = f"/api/v1/companies/{company.id}/members/"
    return f"{base}{member.id}/" if member else base


def rows():
    return list(Membership.objects.order_by("id").values("id", "user_id", "role", "ended_at"))


@pytest.fixture
def owner(recruiter, company):
    return Membership.objects.get(user=recruiter)


class TestListing:
    def test_shows_members_to_each_other(self, api, recruiter, owner, company):
        member = MembershipFactory(company=company, role=MemberRole.GRADER)

        body = api(as_=member.user).get(url(company)).json()

        assert (body["count"], body["next"], body["previous"]) == (2, None, None)
        assert body["results"][0] == {
            "id": str(owner.id),
            "user_id": str(recruiter.id),
            "full_name": "Phạm Thu Hà",
            "email": "recruiter@example.vn",
            "role": "OWNER",
            "joined_at": body["results"][0]["joined_at"],
            "allowed_actions": [],
        }
        assert body["results"][1]["id"] == str(member.id)
        assert body["results"][1]["allowed_actions"] == ["remove"]

    def test_tells_owners_what_they_may_do(self, api, recruiter, owner, company):
        MembershipFactory(company=company)

        body = api(as_=recruiter).get(url(company)).json()

        assert [row["allowed_actions"] for row in body["results"]] == [
            [],
            ["change_role", "remove"],
        ]

    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [
            (None, 401, "not_authenticated"),
            ("candidate", 403, "company_role_not_allowed"),
            ("other_recruiter", 403, "company_role_not_allowed"),
        ],
    )
    def test_is_for_members(self, who, status, code, api, company, request):
        actor = request.getfixturevalue(who) if who else None

        answer = api(as_=actor).get(url(company))

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert "recruiter@example.vn" not in answer.content.decode()

    def test_of_no_company_is_not_found(self, api, recruiter):
        answer = api(as_=recruiter).get(f"/api/v1/companies/{uuid4()}/members/")

        assert (answer.status_code, answer.json()["code"]) == (404, "company_not_found")

    @pytest.mark.parametrize("number", [2, 50])
    def test_costs_the_same_for_any_number(self, number, api, recruiter, company, queries):
        """Session with user, the viewer's role, count, page with accounts: four queries."""
        MembershipFactory.create_batch(number, company=company)
        client = api(as_=recruiter)

        with queries(4):
            body = client.get(url(company), {"page_size": 100}).json()

        assert body["count"] == number + 1


class TestAdding:
    def test_answers_with_the_member(self, api, recruiter, company, other_recruiter):
        answer = api(as_=recruiter).post(
            url(company),
            {"email": "other.recruiter@example.vn", "role": "RECRUITER"},
            format="json",
        )

        member = Membership.objects.get(user=other_recruiter)
        assert answer.status_code == 201
        assert answer.json() == {
            "id": str(member.id),
            "user_id": str(other_recruiter.id),
            "full_name": "Đỗ Minh Quân",
            "email": "other.recruiter@example.vn",
            "role": "RECRUITER",
            "joined_at": answer.json()["joined_at"],
            "allowed_actions": ["change_role", "remove"],
        }

    def test_answers_alike_to_unknown_addresses_and_other_accounts(
        self, api, recruiter, company, candidate, pending_recruiter
    ):
        client, before = api(as_=recruiter), rows()

        answers = [
            client.post(url(company), {"email": email, "role": "RECRUITER"}, format="json")
            for email in ("nobody@example.vn", candidate.email, pending_recruiter.email)
        ]

        assert {answer.status_code for answer in answers} == {400}
        assert [answer.json()["errors"] for answer in answers] == [
            [
                {
                    "pointer": "email",
                    "code": "not_a_recruiter",
                    "detail": "No approved recruiter account has this e-mail address",
                }
            ]
        ] * 3
        assert rows() == before

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"role": "RECRUITER"}, "email"),
            ({"email": "other.recruiter@example.vn"}, "role"),
            ({"email": "other.recruiter@example.vn", "role": "BOSS"}, "role"),
            ({"email": "not an address", "role": "RECRUITER"}, "email"),
        ],
    )
    def test_refuses_what_does_not_fit(self, data, field, api, recruiter, company, other_recruiter):
        before = rows()

        answer = api(as_=recruiter).post(url(company), data, format="json")

        assert answer.status_code == 400
        assert [error["pointer"] for error in answer.json()["errors"]] == [field]
        assert rows() == before

    def test_is_for_owners(self, api, company, other_recruiter):
        actor, before = MembershipFactory(company=company).user, rows()

        answer = api(as_=actor).post(
            url(company), {"email": other_recruiter.email, "role": "RECRUITER"}, format="json"
        )

        assert (answer.status_code, answer.json()["code"]) == (403, "company_role_not_allowed")
        assert rows() == before


class TestChangingARole:
    def test_answers_with_the_member(self, api, recruiter, company):
        member = MembershipFactory(company=company)

        answer = api(as_=recruiter).patch(url(company, member), {"role": "FINANCE"}, format="json")

        assert (answer.status_code, answer.json()["role"]) == (200, "FINANCE")
        member.refresh_from_db()
        assert member.role == "FINANCE"

    def test_keeps_the_last_owner(self, api, recruiter, owner, company):
        before = rows()

        answer = api(as_=recruiter).patch(url(company, owner), {"role": "FINANCE"}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
        assert rows() == before

    def test_shows_who_stepped_down_what_is_left(self, api, recruiter, owner, company):
        MembershipFactory(company=company, role=MemberRole.OWNER)

        answer = api(as_=recruiter).patch(url(company, owner), {"role": "RECRUITER"}, format="json")

        assert answer.json()["allowed_actions"] == ["remove"]

    @pytest.mark.parametrize("who", ["candidate", "other_recruiter", "staff"])
    def test_is_not_for_strangers(self, who, api, company, request):
        member, actor = MembershipFactory(company=company), request.getfixturevalue(who)
        before = rows()

        assert (
            api(as_=actor).patch(url(company, member), {"role": "OWNER"}, format="json").status_code
            == 403
        )
        assert api(as_=actor).delete(url(company, member)).status_code == 403
        assert rows() == before


class TestRemoving:
    def test_lets_a_member_leave(self, api, company):
        member = MembershipFactory(company=company)
        client = api(as_=member.user)

        assert client.delete(url(company, member)).status_code == 204
        assert client.get(url(company)).status_code == 403

    def test_keeps_the_last_owner(self, api, recruiter, owner, company):
        before = rows()

        answer = api(as_=recruiter).delete(url(company, owner))

        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
        assert rows() == before

    def test_finds_no_member_of_another_company(self, api, recruiter, company, other_company):
        foreign, before = MembershipFactory(company=other_company), rows()

        answer = api(as_=recruiter).delete(url(company, foreign))

        assert (answer.status_code, answer.json()["code"]) == (404, "member_not_found")
        assert rows() == before
