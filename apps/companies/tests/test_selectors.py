from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from apps.companies import selectors
from apps.companies.enums import MemberRole
from apps.companies.errors import CompanyNotFound, CompanyRoleNotAllowed, MemberNotFound
from apps.companies.selectors import CompanyCard, access
from apps.companies.tests.factories import CompanyFactory, MembershipFactory
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


class TestVisibleCompanies:
    def test_are_those_that_live_newest_first(self):
        first, second = CompanyFactory(), CompanyFactory()
        CompanyFactory(deleted_at=NOW)

        assert list(selectors.visible_companies(viewer=None)) == [second, first]

    def test_carry_the_viewers_role(self, recruiter, company, other_company):
        MembershipFactory(company=other_company, user=recruiter, role=MemberRole.FINANCE)
        MembershipFactory(company=company)

        def roles(viewer):
            return {row.id: row.viewer_role for row in selectors.visible_companies(viewer=viewer)}

        assert roles(recruiter) == {company.id: "OWNER", other_company.id: "FINANCE"}
        assert roles(None) == {company.id: None, other_company.id: None}

    def test_forget_a_role_that_ended(self, company):
        member = MembershipFactory(company=company, ended_at=NOW)

        (found,) = selectors.visible_companies(viewer=member.user)

        assert found.viewer_role is None

    def test_can_be_the_viewers_own(self, recruiter, company, other_company):
        assert list(selectors.visible_companies(viewer=recruiter, mine=True)) == [company]
        assert list(selectors.visible_companies(viewer=None, mine=True)) == []

    @pytest.mark.parametrize("search", ["đại việt", "DAI", "Da\u0323i Vi"])
    def test_are_found_by_part_of_the_name(self, search, company, other_company):
        assert list(selectors.visible_companies(viewer=None, search=search)) == [company]

    def test_are_not_found_by_wildcards(self, company):
        assert list(selectors.visible_companies(viewer=None, search="%")) == []


class TestGetCompanyFor:
    def test_takes_an_id_or_a_slug(self, recruiter, company):
        by_id = selectors.get_company_for(viewer=recruiter, ref=str(company.id).upper())
        by_slug = selectors.get_company_for(viewer=None, ref=company.slug)

        assert by_id == by_slug == company
        assert (by_id.viewer_role, by_slug.viewer_role) == ("OWNER", None)

    @pytest.mark.parametrize("ref", [str(uuid4()), "cong-ty-khac-a1b2c3", "", "%00"])
    def test_finds_nothing_else(self, ref, company):
        with pytest.raises(CompanyNotFound):
            selectors.get_company_for(viewer=None, ref=ref)

    def test_finds_no_deleted_company(self, recruiter):
        company = CompanyFactory(owner=recruiter, deleted_at=NOW)

        with pytest.raises(CompanyNotFound):
            selectors.get_company_for(viewer=recruiter, ref=company.slug)


class TestMembers:
    def test_are_shown_to_every_member_earliest_first(self, recruiter, company):
        grader = MembershipFactory(company=company, role=MemberRole.GRADER)
        MembershipFactory(company=company, ended_at=NOW)

        found = list(selectors.members_of(viewer=grader.user, company_id=company.id))

        assert [member.user for member in found] == [recruiter, grader.user]
        assert [member.is_last_owner for member in found] == [True, False]
        assert {member.viewer_role for member in found} == {"GRADER"}

    def test_have_no_last_owner_while_there_are_two(self, recruiter, company):
        MembershipFactory(company=company, role=MemberRole.OWNER)
        MembershipFactory(company=company, role=MemberRole.OWNER, ended_at=NOW)

        found = selectors.members_of(viewer=recruiter, company_id=company.id)

        assert [member.is_last_owner for member in found] == [False, False]

    def test_are_hidden_from_strangers(self, company, other_recruiter):
        with pytest.raises(CompanyRoleNotAllowed):
            selectors.members_of(viewer=other_recruiter, company_id=company.id)

    def test_of_no_company_are_not_found(self, recruiter):
        deleted = CompanyFactory(owner=recruiter, deleted_at=NOW)

        for company_id in (uuid4(), deleted.id):
            with pytest.raises(CompanyNotFound):
                selectors.members_of(viewer=recruiter, company_id=company_id)

    def test_are_found_one_by_one(self, recruiter, company, other_company):
        member, foreign = (
            MembershipFactory(company=company),
            MembershipFactory(company=other_company),
        )

        found = selectors.get_member_for(
            viewer=recruiter, company_id=company.id, membership_id=member.id
        )

        assert found == member
        with pytest.raises(MemberNotFound):
            selectors.get_member_for(
                viewer=recruiter, company_id=company.id, membership_id=foreign.id
            )


class TestAccess:
    def test_company_of_a_person_is_the_oldest_that_lives(self, company, other_company):
        person = UserFactory(recruiter=True)
        deleted = CompanyFactory(deleted_at=NOW)
        for age, where in enumerate([other_company, company, deleted]):
            MembershipFactory(company=where, user=person, joined_at=NOW - timedelta(days=age))
        MembershipFactory(
            company=CompanyFactory(), user=person, joined_at=NOW - timedelta(days=9), ended_at=NOW
        )

        assert access.company_of(user_id=person.id) == company.id
        assert access.company_of(user_id=uuid4()) is None

    def test_roles_of_a_person_are_those_of_living_companies(
        self, recruiter, company, other_company
    ):
        MembershipFactory(company=other_company, user=recruiter, role=MemberRole.GRADER)
        MembershipFactory(company=CompanyFactory(deleted_at=NOW), user=recruiter)

        assert access.roles_of(user_id=recruiter.id) == {
            company.id: MemberRole.OWNER,
            other_company.id: MemberRole.GRADER,
        }

    @pytest.mark.parametrize("role", list(MemberRole))
    def test_answers_what_a_role_includes(self, role, company):
        actor = MembershipFactory(company=company, role=role).user
        posts = role in {MemberRole.OWNER, MemberRole.RECRUITER}
        reads = posts or role is MemberRole.HIRING_MANAGER

        assert access.may_post_for(actor=actor, company_id=company.id) is posts
        assert access.companies_posted_for(actor=actor) == ({company.id} if posts else set())
        assert access.applicant_companies(viewer=actor) == ({company.id} if reads else set())

    @pytest.mark.parametrize("role", list(MemberRole))
    def test_shows_the_finances_to_owners_and_finance(self, role, company):
        viewer = MembershipFactory(company=company, role=role).user

        if role in {MemberRole.OWNER, MemberRole.FINANCE}:
            access.require_finances(viewer=viewer, company_id=company.id)
        else:
            with pytest.raises(CompanyRoleNotAllowed):
                access.require_finances(viewer=viewer, company_id=company.id)

    def test_lets_nobody_post_whose_approval_was_withdrawn(self, company):
        actor = MembershipFactory(company=company, user=UserFactory(rejected=True)).user

        assert not access.may_post_for(actor=actor, company_id=company.id)
        assert access.companies_posted_for(actor=actor) == frozenset()

    def test_refuses_strangers_and_deleted_companies(self, recruiter, other_recruiter, company):
        assert not access.may_post_for(actor=other_recruiter, company_id=company.id)
        assert access.applicant_companies(viewer=other_recruiter) == frozenset()
        company.deleted_at = NOW
        company.save()
        assert not access.may_post_for(actor=recruiter, company_id=company.id)


class TestForOtherApps:
    def test_recruiting_members_are_who_handles_applications(self, recruiter, company):
        people = {
            role: MembershipFactory(
                company=company, role=role, joined_at=NOW + timedelta(days=3650 + order)
            ).user
            for order, role in enumerate(MemberRole)
        }
        MembershipFactory(company=company, ended_at=NOW)

        assert selectors.recruiting_members_unscoped(company.id) == [
            recruiter.id,
            people[MemberRole.OWNER].id,
            people[MemberRole.RECRUITER].id,
            people[MemberRole.HIRING_MANAGER].id,
        ]

    def test_cards_show_deleted_companies_too(self, queries):
        live = CompanyFactory(name="Đại Việt", verified_at=NOW)
        deleted = CompanyFactory(name="Nam Á", deleted_at=NOW)

        with queries(1):
            cards = selectors.company_card_unscoped([live.id, deleted.id, uuid4()])

        assert cards == {
            live.id: CompanyCard(live.id, "Đại Việt", live.slug, is_verified=True, deleted=False),
            deleted.id: CompanyCard(
                deleted.id, "Nam Á", deleted.slug, is_verified=False, deleted=True
            ),
        }
