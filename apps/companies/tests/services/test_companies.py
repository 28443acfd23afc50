from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from apps.companies.enums import MemberRole
from apps.companies.errors import (
    CompanyNameTaken,
    CompanyNotFound,
    CompanyRoleNotAllowed,
    NotDeleted,
)
from apps.companies.events import CompanyRenamed
from apps.companies.models import Company, Membership
from apps.companies.selectors import visible_companies
from apps.companies.services import companies
from apps.companies.tests.factories import CompanyFactory, MembershipFactory
from apps.core.errors import InvalidInput, StaleVersion
from apps.users.errors import RoleNotAllowed

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def told(monkeypatch):
    """What was published, whoever listens."""
    facts: list[object] = []
    monkeypatch.setattr(companies, "publish", facts.append)
    return facts


class TestCreateCompany:
    def test_makes_the_recruiter_its_owner(self, recruiter):
        company = companies.create_company(
            actor=recruiter,
            name="  Công ty  Đại Việt ",
            description="Phần mềm",
            address="Hà Nội",
            website="https://daiviet.example.vn",
            now=NOW,
        )

        assert company.name == "Công ty Đại Việt"
        assert company.slug[:-6] == "cong-ty-dai-viet-"
        assert (company.description, company.address, company.website) == (
            "Phần mềm",
            "Hà Nội",
            "https://daiviet.example.vn",
        )
        assert (company.is_verified, company.version, company.deleted_at) == (False, 1, None)
        member = Membership.objects.get()
        assert (member.company_id, member.user_id) == (company.id, recruiter.id)
        assert (member.role, member.joined_at, member.ended_at) == (MemberRole.OWNER, NOW, None)

    @pytest.mark.parametrize("who", ["candidate", "pending_recruiter", "staff"])
    def test_is_for_approved_recruiters(self, who, request):
        with pytest.raises(RoleNotAllowed):
            companies.create_company(
                actor=request.getfixturevalue(who), name="Công ty Đại Việt", now=NOW
            )

        assert not Company.objects.exists()

    @pytest.mark.parametrize("name", ["Công ty Đại Việt", "CONG TY DAI VIET", "công ty  đại việt"])
    def test_refuses_a_name_that_is_taken(self, name, company, other_recruiter):
        with pytest.raises(InvalidInput) as refusal:
            companies.create_company(actor=other_recruiter, name=name, now=NOW)

        assert [(error.pointer, error.code) for error in refusal.value.errors] == [
            ("name", "taken")
        ]
        assert Company.objects.get() == company

    def test_reuses_the_name_of_a_deleted_company(self, other_recruiter):
        CompanyFactory(name="Công ty Đại Việt", deleted_at=NOW)

        company = companies.create_company(actor=other_recruiter, name="Công ty Đại Việt", now=NOW)

        assert company.deleted_at is None

    def test_of_one_name_at_once_opens_one(self, at_once, recruiter, other_recruiter):
        actors = [recruiter, other_recruiter]

        def open_it(number):
            try:
                return companies.create_company(
                    actor=actors[number], name=["Đại Việt", "DAI VIET"][number], now=NOW
                ).name
            except Exception as error:  # noqa: BLE001 - the loser's error is what is looked at
                return type(error).__name__

        for _ in range(5):
            Membership.objects.all().delete()
            Company.objects.all().delete()
            outcomes = at_once(2, open_it)
            assert Company.objects.count() == 1
            assert Company.objects.get().name in outcomes
            assert {"InvalidInput", "IntegrityError"} & set(outcomes)


class TestUpdateCompany:
    def test_changes_what_is_named_and_nothing_else(self, recruiter, company, told):
        changed = companies.update_company(
            actor=recruiter,
            company_id=company.id,
            changes={"address": "Đà Nẵng", "website": "https://a.vn"},
            now=NOW,
        )

        assert (changed.address, changed.website) == ("Đà Nẵng", "https://a.vn")
        assert (changed.name, changed.slug) == (company.name, company.slug)
        assert (changed.description, changed.version) == (company.description, 2)
        assert told == []

    def test_keeps_the_slug_of_a_renamed_company_and_tells(self, recruiter, company, told):
        changed = companies.update_company(
            actor=recruiter, company_id=company.id, changes={"name": "Đại Nam"}, now=NOW
        )

        assert (changed.name, changed.slug, changed.version) == ("Đại Nam", company.slug, 2)
        assert list(visible_companies(viewer=None, search="dai nam")) == [changed]
        assert told == [CompanyRenamed(company_id=company.id, occurred_at=NOW)]

    def test_may_change_the_case_of_its_own_name(self, recruiter, company):
        changed = companies.update_company(
            actor=recruiter, company_id=company.id, changes={"name": "CÔNG TY ĐẠI VIỆT"}, now=NOW
        )

        assert changed.name == "CÔNG TY ĐẠI VIỆT"

    @pytest.mark.parametrize("changes", [{}, {"name": "Công ty Đại Việt", "address": ""}])
    def test_of_nothing_writes_nothing(self, changes, recruiter, company, told):
        changed = companies.update_company(
            actor=recruiter, company_id=company.id, changes=changes, now=NOW
        )

        assert (changed.version, changed.updated_at) == (1, company.updated_at)
        assert told == []

    def test_refuses_a_name_that_is_taken(self, recruiter, company, other_company):
        with pytest.raises(InvalidInput) as refusal:
            companies.update_company(
                actor=recruiter, company_id=company.id, changes={"name": "cong ty nam a"}, now=NOW
            )

        assert [(error.pointer, error.code) for error in refusal.value.errors] == [
            ("name", "taken")
        ]
        company.refresh_from_db()
        assert (company.name, company.version) == ("Công ty Đại Việt", 1)

    def test_refuses_a_stale_version(self, recruiter, company):
        with pytest.raises(StaleVersion):
            companies.update_company(
                actor=recruiter,
                company_id=company.id,
                changes={"address": "Huế"},
                version=2,
                now=NOW,
            )

        company.refresh_from_db()
        assert (company.address, company.version) == ("", 1)

    @pytest.mark.parametrize("role", [role for role in MemberRole if role is not MemberRole.OWNER])
    def test_is_for_owners(self, role, company):
        member = MembershipFactory(company=company, role=role)

        with pytest.raises(CompanyRoleNotAllowed):
            companies.update_company(
                actor=member.user, company_id=company.id, changes={"address": "Huế"}, now=NOW
            )

        company.refresh_from_db()
        assert (company.address, company.version) == ("", 1)

    def test_finds_no_deleted_company(self, recruiter):
        company = CompanyFactory(owner=recruiter, deleted_at=NOW)

        with pytest.raises(CompanyNotFound):
            companies.update_company(
                actor=recruiter, company_id=company.id, changes={"address": "Huế"}, now=NOW
            )


class TestDeleteCompany:
    def test_marks_it_and_keeps_its_members(self, recruiter, company):
        companies.delete_company(actor=recruiter, company_id=company.id, now=NOW)

        company.refresh_from_db()
        assert (company.deleted_at, company.version) == (NOW, 2)
        assert Membership.objects.get().ended_at is None
        assert list(visible_companies(viewer=recruiter)) == []

    def test_happens_once(self, recruiter, company):
        companies.delete_company(actor=recruiter, company_id=company.id, now=NOW)

        with pytest.raises(CompanyNotFound):
            companies.delete_company(actor=recruiter, company_id=company.id, now=NOW)

    def test_is_for_owners(self, company, other_recruiter):
        with pytest.raises(CompanyRoleNotAllowed):
            companies.delete_company(actor=other_recruiter, company_id=company.id, now=NOW)

        company.refresh_from_db()
        assert company.deleted_at is None


class TestRestoreCompany:
    def test_brings_it_back_with_its_members(self, staff, recruiter):
        company = CompanyFactory(owner=recruiter, deleted_at=NOW)

        restored = companies.restore_company(actor=staff, company_id=company.id)

        assert (restored.deleted_at, restored.version) == (None, 2)
        (found,) = visible_companies(viewer=recruiter)
        assert (found, found.viewer_role) == (company, MemberRole.OWNER)

    def test_refuses_while_another_company_has_the_name(self, staff):
        company = CompanyFactory(name="Đại Việt", deleted_at=NOW)
        CompanyFactory(name="DAI VIET")

        with pytest.raises(CompanyNameTaken):
            companies.restore_company(actor=staff, company_id=company.id)

        company.refresh_from_db()
        assert company.deleted_at == NOW

    def test_is_for_staff(self, recruiter):
        company = CompanyFactory(owner=recruiter, deleted_at=NOW)

        with pytest.raises(RoleNotAllowed):
            companies.restore_company(actor=recruiter, company_id=company.id)

        company.refresh_from_db()
        assert company.deleted_at == NOW

    def test_refuses_what_is_not_deleted_or_never_was(self, staff, company):
        with pytest.raises(NotDeleted):
            companies.restore_company(actor=staff, company_id=company.id)
        with pytest.raises(CompanyNotFound):
            companies.restore_company(actor=staff, company_id=uuid4())
