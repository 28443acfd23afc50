from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages

from apps.companies.enums import MemberRole
from apps.companies.models import Company
from apps.companies.tests.factories import CompanyFactory, MembershipFactory
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
URL = "/admin/companies/company/"


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def shown(answer):
    return {str(company) for company in answer.context["cl"].result_list}


def act(client, name, *companies):
    chosen = [str(company.id) for company in companies]
    answer = client.post(
        URL, {"action": name, "_selected_action": chosen, "confirmed": "yes"}, follow=True
    )
    return [str(message) for message in answer.context["messages"]]


class TestList:
    def test_searches_without_accents(self, desk, company, other_company):
        assert shown(desk.get(URL, {"q": "DAI viet"})) == {"Công ty Đại Việt"}

    def test_filters_by_verification_and_deletion(self, desk):
        CompanyFactory(name="A", verified_at=NOW)
        CompanyFactory(name="B")
        CompanyFactory(name="C", deleted_at=NOW)

        assert shown(desk.get(URL)) == {"A", "B", "C"}
        assert shown(desk.get(URL, {"verified": "yes"})) == {"A"}
        assert shown(desk.get(URL, {"verified": "no"})) == {"B", "C"}
        assert shown(desk.get(URL, {"deleted": "yes"})) == {"C"}
        assert shown(desk.get(URL, {"deleted": "no"})) == {"A", "B"}

    def test_counts_present_members(self, desk, company):
        MembershipFactory(company=company)
        MembershipFactory(company=company, ended_at=NOW)

        (row,) = desk.get(URL).context["cl"].result_list

        assert row.member_count == 2

    def test_costs_the_same_for_any_number(self, desk, django_assert_num_queries):
        """Session, account, count, page: four queries."""

        desk.get(URL)  # Django keeps what it learns about content types

        def cost():
            with django_assert_num_queries(4):
                assert desk.get(URL).status_code == 200

        for company in CompanyFactory.create_batch(2):
            MembershipFactory(company=company)
        cost()
        for company in CompanyFactory.create_batch(48):
            MembershipFactory(company=company)
        cost()


class TestPage:
    def test_shows_the_company_with_its_members_and_lets_nobody_edit(self, desk, company):
        MembershipFactory(company=company, role=MemberRole.FINANCE)

        answer = desk.get(f"{URL}{company.id}/change/")

        text = answer.content.decode()
        assert answer.status_code == 200
        assert "recruiter@example.vn" in text
        assert 'name="_save"' not in text
        assert desk.post(f"{URL}{company.id}/change/", {"name": "X"}).status_code == 403
        assert desk.get(f"{URL}add/").status_code == 403
        assert desk.post(f"{URL}{company.id}/delete/", {"post": "yes"}).status_code == 403
        company.refresh_from_db()
        assert company.name == "Công ty Đại Việt"

    def test_costs_the_same_for_any_number_of_members(
        self, desk, company, django_assert_num_queries
    ):
        """Session, account, company, members with their accounts: four queries."""
        page = f"{URL}{company.id}/change/"
        desk.get(page)  # Django keeps what it learns about content types

        for number in (2, 48):
            MembershipFactory.create_batch(number, company=company)
            with django_assert_num_queries(4):
                assert desk.get(page).status_code == 200


class TestActions:
    def test_verify_and_take_back(self, desk, company, other_company):
        assert act(desk, "verify", company, other_company) == ["Confirmed: 2"]
        assert Company.objects.filter(verified_at__isnull=False).count() == 2

        assert act(desk, "unverify", company) == ["No longer confirmed: 1"]
        company.refresh_from_db()
        assert not company.is_verified

    def test_say_what_was_refused_and_do_the_rest(self, desk, company):
        verified = CompanyFactory(name="Nam Á", verified_at=NOW)

        assert act(desk, "verify", company, verified) == [
            "Nam Á: The company already has this verification state",
            "Confirmed: 1",
        ]

    def test_restore_a_deleted_company(self, desk):
        company = CompanyFactory(deleted_at=NOW)

        assert act(desk, "restore", company) == ["Restored: 1"]
        company.refresh_from_db()
        assert company.deleted_at is None

    def test_restore_names_the_conflict_when_the_name_is_taken(self, desk):
        company = CompanyFactory(name="Đại Việt", deleted_at=NOW)
        CompanyFactory(name="dai viet")

        assert act(desk, "restore", company) == [
            "Đại Việt: Another company has this name by now; one of the two needs another name first"
        ]
        company.refresh_from_db()
        assert company.deleted_at == NOW

    def test_tell_what_a_constraint_means_and_nothing_of_others(self, desk, company):
        request = desk.get(URL).wsgi_request
        page: Any = admin.site.get_model_admin(Company)

        page.call_for_each(
            request, ["a"], lambda _: CompanyFactory(name="cong ty dai viet"), done="x"
        )

        assert [str(message) for message in get_messages(request)] == [
            "a: There already is a company with this name"
        ]

    @pytest.mark.parametrize("action", ["verify", "unverify", "restore"])
    def test_need_their_right(self, action, client):
        clerk = UserFactory(staff=True, is_superuser=False)
        clerk.user_permissions.add(Permission.objects.get(codename="view_company"))
        client.force_login(clerk)
        company = CompanyFactory(verified_at=None if action == "verify" else NOW, deleted_at=NOW)

        assert client.get(URL).status_code == 200
        act(client, action, company)

        before = (company.verified_at, company.deleted_at)
        company.refresh_from_db()
        assert (company.verified_at, company.deleted_at) == before
