from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from apps.companies.enums import MemberRole
from apps.companies.models import Company, Membership
from apps.companies.tests.factories import CompanyFactory, MembershipFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
URL = "/api/v1/companies/"


def detail(company):
    return f"{URL}{company.id}/"


def unchanged(company):
    before = {field.attname: getattr(company, field.attname) for field in company._meta.fields}
    company.refresh_from_db()
    return before == {
        field.attname: getattr(company, field.attname) for field in company._meta.fields
    }


class TestOpening:
    def test_answers_with_the_company_as_its_owner_sees_it(self, api, recruiter):
        answer = api(as_=recruiter).post(
            URL,
            {
                "name": "Công ty Đại Việt",
                "description": "Phần mềm",
                "address": "Hà Nội",
                "website": "https://daiviet.example.vn",
            },
            format="json",
        )

        company = Company.objects.get()
        body = answer.json()
        assert answer.status_code == 201
        assert body == {
            "id": str(company.id),
            "name": "Công ty Đại Việt",
            "slug": company.slug,
            "description": "Phần mềm",
            "address": "Hà Nội",
            "website": "https://daiviet.example.vn",
            "is_verified": False,
            "version": 1,
            "created_at": body["created_at"],
            "updated_at": body["updated_at"],
            "my_role": "OWNER",
            "allowed_actions": [
                "update",
                "delete",
                "read_members",
                "manage_members",
                "post_jobs",
                "read_applicants",
                "see_finances",
            ],
        }
        assert datetime.fromisoformat(body["created_at"]) == company.created_at
        assert body["created_at"].endswith("+07:00")

    def test_needs_a_name_only(self, api, recruiter):
        answer = api(as_=recruiter).post(URL, {"name": "Đại Việt"}, format="json")

        assert answer.status_code == 201
        assert [answer.json()[name] for name in ("description", "address", "website")] == [""] * 3

    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [(None, 401, "not_authenticated"), ("candidate", 403, "role_not_allowed")],
    )
    def test_is_for_recruiters(self, who, status, code, api, request):
        actor = request.getfixturevalue(who) if who else None

        answer = api(as_=actor).post(URL, {"name": "Đại Việt"}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not Company.objects.exists()

    def test_takes_no_field_of_the_platform(self, api, recruiter):
        """D31: nobody sets what the server decides."""
        forged = {
            "id": str(uuid4()),
            "slug": "mine",
            "name_key": "x",
            "is_verified": True,
            "verified_at": NOW.isoformat(),
            "deleted_at": NOW.isoformat(),
            "is_deleted": True,
            "version": 99,
            "created_at": NOW.isoformat(),
            "owner": str(uuid4()),
        }

        answer = api(as_=recruiter).post(URL, {"name": "Đại Việt", **forged}, format="json")

        company = Company.objects.get()
        assert answer.status_code == 201
        assert str(company.id) != forged["id"]
        assert company.slug.startswith("dai-viet-")
        assert (company.verified_at, company.deleted_at, company.version) == (None, None, 1)
        assert company.name_key == "dai viet"
        assert company.created_at > NOW
        assert Membership.objects.get().user == recruiter

    def test_refuses_a_taken_name_at_its_field(self, api, company, other_recruiter):
        answer = api(as_=other_recruiter).post(URL, {"name": "cong ty dai viet"}, format="json")

        body = answer.json()
        assert (answer.status_code, body["code"]) == (400, "invalid_input")
        assert body["errors"] == [
            {
                "pointer": "name",
                "code": "taken",
                "detail": "There already is a company with this name",
            }
        ]
        assert body["name"] == ["There already is a company with this name"]
        assert Company.objects.get() == company

    def test_gives_names_that_make_one_slug_slugs_of_their_own(self, api, recruiter):
        """D30: "Cty Một" and "Cty-Mot" both are `cty-mot`, and the second was a 500."""
        client = api(as_=recruiter)

        answers = [
            client.post(URL, {"name": name}, format="json") for name in ("Cty Một", "Cty-Mot")
        ]

        slugs = [answer.json()["slug"] for answer in answers]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert [slug[:-6] for slug in slugs] == ["cty-mot-", "cty-mot-"]
        assert slugs[0] != slugs[1]

    @pytest.mark.parametrize(
        ("data", "field", "code"),
        [
            ({}, "name", "required"),
            ({"name": " "}, "name", "blank"),
            ({"name": "\u0301"}, "name", "blank"),
            ({"name": "x" * 256}, "name", "max_length"),
            ({"name": None}, "name", "null"),
            ({"name": ["x"]}, "name", "invalid"),
            ({"name": "x", "website": "javascript:alert(1)"}, "website", "invalid"),
            ({"name": "x", "website": "ftp://a.vn"}, "website", "invalid"),
            ({"name": "x", "address": "x" * 501}, "address", "max_length"),
            ({"name": "x", "description": "x" * 10_001}, "description", "max_length"),
        ],
    )
    def test_refuses_what_does_not_fit(self, data, field, code, api, recruiter):
        answer = api(as_=recruiter).post(URL, data, format="json")

        assert answer.status_code == 400
        assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]
        assert not Company.objects.exists()


class TestReading:
    def test_is_public_by_id_and_by_slug(self, api, company):
        by_id, by_slug = (api().get(f"{URL}{ref}/") for ref in (company.id, company.slug))

        assert (by_id.status_code, by_slug.status_code) == (200, 200)
        assert by_id.json() == by_slug.json()
        assert by_id.json()["id"] == str(company.id)
        assert (by_id.json()["my_role"], by_id.json()["allowed_actions"]) == (None, [])

    @pytest.mark.parametrize(
        ("role", "actions"),
        [
            (MemberRole.RECRUITER, ["read_members", "post_jobs", "read_applicants"]),
            (MemberRole.FINANCE, ["read_members", "see_finances"]),
        ],
    )
    def test_tells_members_what_they_may_do(self, role, actions, api, company):
        member = MembershipFactory(company=company, role=role)

        body = api(as_=member.user).get(detail(company)).json()

        assert (body["my_role"], body["allowed_actions"]) == (role, actions)

    def test_names_no_person(self, api, recruiter, company):
        """Members' addresses are for members."""
        text = api().get(detail(company)).content.decode() + api().get(URL).content.decode()

        assert recruiter.email not in text
        assert recruiter.full_name not in text

    @pytest.mark.parametrize("ref", [str(uuid4()), "cong-ty-khac-a1b2c3"])
    def test_finds_nothing_else(self, ref, api, company):
        answer = api().get(f"{URL}{ref}/")

        assert (answer.status_code, answer.json()["code"]) == (404, "company_not_found")

    def test_finds_no_deleted_company(self, api, recruiter):
        company = CompanyFactory(owner=recruiter, deleted_at=NOW)

        assert api(as_=recruiter).get(detail(company)).status_code == 404
        assert api().get(URL).json()["results"] == []


class TestListing:
    def test_is_public_and_paginated_newest_first(self, api):
        companies = CompanyFactory.create_batch(25)

        body = api().get(URL).json()

        assert body["count"] == 25
        assert body["previous"] is None
        assert body["next"].endswith(f"{URL}?page=2")
        assert [row["id"] for row in body["results"]] == [
            str(company.id) for company in reversed(companies[5:])
        ]

    def test_searches_without_accents(self, api, company, other_company):
        body = api().get(URL, {"search": "dai viet"}).json()

        assert [row["name"] for row in body["results"]] == ["Công ty Đại Việt"]

    def test_keeps_the_callers_own(self, api, recruiter, company, other_company):
        mine = api(as_=recruiter).get(URL, {"mine": "true"}).json()
        everybodys = api(as_=recruiter).get(URL, {"mine": "false"}).json()

        assert [(row["id"], row["my_role"]) for row in mine["results"]] == [
            (str(company.id), "OWNER")
        ]
        assert everybodys["count"] == 2
        assert api().get(URL, {"mine": "true"}).json()["count"] == 0

    @pytest.mark.parametrize("query", [{"owner": "x"}, {"mine": "maybe"}, {"search": "x" * 101}])
    def test_refuses_what_is_no_filter(self, query, api):
        answer = api().get(URL, query)

        assert answer.status_code == 400
        assert [error["pointer"] for error in answer.json()["errors"]] == list(query)

    @pytest.mark.parametrize("rows", [2, 50])
    def test_costs_the_same_for_any_number(self, rows, api, recruiter, queries):
        """Session with user, count, page: three queries."""
        for company in CompanyFactory.create_batch(rows):
            MembershipFactory(company=company, user=recruiter)
            MembershipFactory(company=company)
        client = api(as_=recruiter)

        with queries(3):
            body = client.get(URL, {"page_size": 100}).json()

        assert len(body["results"]) == rows


class TestChanging:
    def test_keeps_what_is_left_out(self, api, recruiter, company):
        answer = api(as_=recruiter).patch(
            detail(company), {"address": "Huế", "version": 1}, format="json"
        )

        assert answer.status_code == 200
        assert (answer.json()["address"], answer.json()["version"]) == ("Huế", 2)
        assert answer.json()["name"] == "Công ty Đại Việt"

    def test_refuses_a_stale_version(self, api, recruiter, company):
        client = api(as_=recruiter)
        client.patch(detail(company), {"address": "Huế", "version": 1}, format="json")

        answer = client.patch(detail(company), {"address": "Vinh", "version": 1}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
        company.refresh_from_db()
        assert company.address == "Huế"

    def test_leaves_other_fields_as_others_wrote_them(self, api, recruiter, company):
        """D14: an edit writes its own fields, never a whole row that was read earlier."""
        api(as_=recruiter).patch(detail(company), {"address": "Huế"}, format="json")
        api(as_=recruiter).patch(detail(company), {"description": "Phần mềm"}, format="json")

        company.refresh_from_db()
        assert (company.address, company.description, company.version) == ("Huế", "Phần mềm", 3)

    def test_writes_no_field_of_the_platform(self, api, recruiter, company):
        """D31: `is_deleted` and `deleted_at` could be written by anybody who could edit."""
        answer = api(as_=recruiter).patch(
            detail(company),
            {
                "slug": "mine",
                "verified_at": NOW.isoformat(),
                "is_verified": True,
                "deleted_at": NOW.isoformat(),
                "is_deleted": True,
            },
            format="json",
        )

        assert answer.status_code == 200
        assert unchanged(company)

    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("candidate", 403), ("other_recruiter", 403), ("staff", 403)],
    )
    def test_is_for_owners(self, who, status, api, company, request):
        actor = request.getfixturevalue(who) if who else None

        assert (
            api(as_=actor).patch(detail(company), {"name": "X"}, format="json").status_code
            == status
        )
        assert api(as_=actor).delete(detail(company)).status_code == status
        assert unchanged(company)

    def test_needs_the_id(self, api, recruiter, company):
        url = f"{URL}{company.slug}/"

        assert api(as_=recruiter).patch(url, {"address": "Huế"}, format="json").status_code == 404
        assert api(as_=recruiter).delete(url).status_code == 404
        assert unchanged(company)


class TestDeleting:
    def test_hides_the_company_and_frees_its_name(self, api, recruiter, company):
        client = api(as_=recruiter)

        answer = client.delete(detail(company))

        assert (answer.status_code, answer.content) == (204, b"")
        assert client.get(detail(company)).status_code == 404
        assert client.delete(detail(company)).status_code == 404
        assert client.get(URL).json()["count"] == 0
        assert client.post(URL, {"name": company.name}, format="json").status_code == 201
