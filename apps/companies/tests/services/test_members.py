from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from apps.companies.enums import MemberRole
from apps.companies.errors import (
    CompanyNotFound,
    CompanyRoleNotAllowed,
    LastOwner,
    MemberNotFound,
)
from apps.companies.models import Membership
from apps.companies.services import companies, members
from apps.companies.tests.factories import CompanyFactory, MembershipFactory
from apps.core.errors import InvalidInput
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


def standing(company):
    """Who belongs to a company, and as what."""
    rows = Membership.objects.active().filter(company=company).order_by("joined_at", "id")
    return [(row.user.email, row.role) for row in rows.select_related("user")]


def refused_at(refusal):
    return [(error.pointer, error.code) for error in refusal.value.errors]


class TestAddMember:
    def test_adds_an_approved_recruiter(self, recruiter, other_recruiter, company):
        member = members.add_member(
            actor=recruiter,
            company_id=company.id,
            email=" Other.Recruiter@Example.VN ",
            role=MemberRole.FINANCE,
            now=NOW,
        )

        assert (member.user, member.role, member.joined_at) == (other_recruiter, "FINANCE", NOW)
        assert standing(company) == [
            ("other.recruiter@example.vn", "FINANCE"),
            ("recruiter@example.vn", "OWNER"),
        ]

    @pytest.mark.parametrize("who", ["nobody", "candidate", "pending", "rejected", "inactive"])
    def test_refuses_everybody_else_alike(self, who, recruiter, company):
        make = {
            "nobody": lambda: None,
            "candidate": lambda: UserFactory(email="x@example.vn"),
            "pending": lambda: UserFactory(email="x@example.vn", pending=True),
            "rejected": lambda: UserFactory(email="x@example.vn", rejected=True),
            "inactive": lambda: UserFactory(email="x@example.vn", recruiter=True, is_active=False),
        }
        make[who]()

        with pytest.raises(InvalidInput) as refusal:
            members.add_member(
                actor=recruiter,
                company_id=company.id,
                email="x@example.vn",
                role=MemberRole.RECRUITER,
                now=NOW,
            )

        assert refused_at(refusal) == [("email", "not_a_recruiter")]
        assert (
            refusal.value.errors[0].detail
            == "No approved recruiter account has this e-mail address"
        )
        assert standing(company) == [("recruiter@example.vn", "OWNER")]

    def test_refuses_who_is_a_member(self, recruiter, company):
        with pytest.raises(InvalidInput) as refusal:
            members.add_member(
                actor=recruiter,
                company_id=company.id,
                email=recruiter.email,
                role=MemberRole.FINANCE,
                now=NOW,
            )

        assert refused_at(refusal) == [("email", "already_member")]
        assert standing(company) == [("recruiter@example.vn", "OWNER")]

    def test_takes_back_who_had_left(self, recruiter, company):
        left = MembershipFactory(company=company, ended_at=NOW)

        member = members.add_member(
            actor=recruiter,
            company_id=company.id,
            email=left.user.email,
            role=MemberRole.GRADER,
            now=NOW,
        )

        assert member.id != left.id
        assert Membership.objects.filter(user=left.user).count() == 2

    @pytest.mark.parametrize("role", [role for role in MemberRole if role is not MemberRole.OWNER])
    def test_is_for_owners(self, role, company, other_recruiter):
        member = MembershipFactory(company=company, role=role)
        before = standing(company)

        with pytest.raises(CompanyRoleNotAllowed):
            members.add_member(
                actor=member.user,
                company_id=company.id,
                email=other_recruiter.email,
                role=MemberRole.RECRUITER,
                now=NOW,
            )

        assert standing(company) == before

    def test_finds_no_deleted_company(self, recruiter, other_recruiter):
        company = CompanyFactory(owner=recruiter, deleted_at=NOW)

        with pytest.raises(CompanyNotFound):
            members.add_member(
                actor=recruiter,
                company_id=company.id,
                email=other_recruiter.email,
                role=MemberRole.RECRUITER,
                now=NOW,
            )

    def test_of_one_person_at_once_adds_one(self, at_once, recruiter, company, other_recruiter):
        def add(_):
            try:
                members.add_member(
                    actor=recruiter,
                    company_id=company.id,
                    email=other_recruiter.email,
                    role=MemberRole.RECRUITER,
                    now=NOW,
                )
            except InvalidInput as refusal:
                return refusal.errors[0].code
            return "added"

        assert sorted(at_once(4, add)) == ["added", *["already_member"] * 3]
        assert len(standing(company)) == 2


class TestChangeRole:
    def test_gives_another_role(self, recruiter, company):
        member = MembershipFactory(company=company)

        changed = members.change_role(
            actor=recruiter,
            company_id=company.id,
            membership_id=member.id,
            role=MemberRole.HIRING_MANAGER,
        )

        assert (changed.id, changed.role) == (member.id, "HIRING_MANAGER")

    def test_lets_an_owner_step_down_beside_another(self, recruiter, company):
        MembershipFactory(company=company, role=MemberRole.OWNER)
        own = Membership.objects.get(user=recruiter)

        members.change_role(
            actor=recruiter,
            company_id=company.id,
            membership_id=own.id,
            role=MemberRole.RECRUITER,
        )

        assert sorted(role for _, role in standing(company)) == ["OWNER", "RECRUITER"]

    def test_keeps_the_last_owner(self, recruiter, company):
        own = Membership.objects.get(user=recruiter)

        with pytest.raises(LastOwner):
            members.change_role(
                actor=recruiter,
                company_id=company.id,
                membership_id=own.id,
                role=MemberRole.RECRUITER,
            )

        assert standing(company) == [("recruiter@example.vn", "OWNER")]

    def test_lets_the_last_owner_stay_owner(self, recruiter, company):
        own = Membership.objects.get(user=recruiter)

        changed = members.change_role(
            actor=recruiter, company_id=company.id, membership_id=own.id, role=MemberRole.OWNER
        )

        assert changed.role == "OWNER"

    def test_is_for_owners(self, company):
        member = MembershipFactory(company=company)

        with pytest.raises(CompanyRoleNotAllowed):
            members.change_role(
                actor=member.user,
                company_id=company.id,
                membership_id=member.id,
                role=MemberRole.OWNER,
            )

        member.refresh_from_db()
        assert member.role == "RECRUITER"

    def test_finds_no_member_of_another_company_and_none_who_left(
        self, recruiter, company, other_company
    ):
        foreign = MembershipFactory(company=other_company)
        left = MembershipFactory(company=company, ended_at=NOW)

        for member in (foreign, left):
            with pytest.raises(MemberNotFound):
                members.change_role(
                    actor=recruiter,
                    company_id=company.id,
                    membership_id=member.id,
                    role=MemberRole.GRADER,
                )
            member.refresh_from_db()
            assert member.role == "RECRUITER"

    def test_of_two_last_owners_at_once_leaves_one(self, at_once, recruiter, other_recruiter):
        company = CompanyFactory(owner=recruiter)
        other = MembershipFactory(company=company, user=other_recruiter, role=MemberRole.OWNER)
        own = Membership.objects.get(user=recruiter)
        steps = [(recruiter, own), (other_recruiter, other)]

        def step_down(number):
            actor, membership = steps[number]
            try:
                members.change_role(
                    actor=actor,
                    company_id=company.id,
                    membership_id=membership.id,
                    role=MemberRole.RECRUITER,
                )
            except LastOwner:
                return "refused"
            return "done"

        for _ in range(5):
            Membership.objects.update(role=MemberRole.OWNER)
            assert sorted(at_once(2, step_down)) == ["done", "refused"]
            assert sorted(role for _, role in standing(company)) == ["OWNER", "RECRUITER"]

    def test_of_each_other_at_once_leaves_one_owner(self, at_once, recruiter, other_recruiter):
        company = CompanyFactory(owner=recruiter)
        other = MembershipFactory(company=company, user=other_recruiter, role=MemberRole.OWNER)
        own = Membership.objects.get(user=recruiter)
        steps = [(recruiter, other), (other_recruiter, own)]

        def depose(number):
            actor, membership = steps[number]
            try:
                members.change_role(
                    actor=actor,
                    company_id=company.id,
                    membership_id=membership.id,
                    role=MemberRole.RECRUITER,
                )
            except CompanyRoleNotAllowed:
                return "refused"
            return "done"

        assert sorted(at_once(2, depose)) == ["done", "refused"]
        assert sorted(role for _, role in standing(company)) == ["OWNER", "RECRUITER"]


class TestRemoveMember:
    def test_ends_a_membership_and_keeps_the_row(self, recruiter, company):
        member = MembershipFactory(company=company)

        members.remove_member(
            actor=recruiter, company_id=company.id, membership_id=member.id, now=NOW
        )

        member.refresh_from_db()
        assert member.ended_at == NOW
        assert standing(company) == [("recruiter@example.vn", "OWNER")]

    @pytest.mark.parametrize("role", [role for role in MemberRole if role is not MemberRole.OWNER])
    def test_lets_everybody_leave(self, role, company):
        member = MembershipFactory(company=company, role=role)

        members.remove_member(
            actor=member.user, company_id=company.id, membership_id=member.id, now=NOW
        )

        member.refresh_from_db()
        assert member.ended_at == NOW

    def test_lets_an_owner_leave_beside_another(self, recruiter, company):
        MembershipFactory(company=company, role=MemberRole.OWNER)
        own = Membership.objects.get(user=recruiter)

        members.remove_member(actor=recruiter, company_id=company.id, membership_id=own.id, now=NOW)

        assert [role for _, role in standing(company)] == ["OWNER"]

    def test_keeps_the_last_owner(self, recruiter, company):
        MembershipFactory(company=company)
        own = Membership.objects.get(user=recruiter)

        with pytest.raises(LastOwner):
            members.remove_member(
                actor=recruiter, company_id=company.id, membership_id=own.id, now=NOW
            )

        own.refresh_from_db()
        assert own.ended_at is None

    def test_of_others_is_for_owners(self, company):
        member, other = MembershipFactory(company=company), MembershipFactory(company=company)

        with pytest.raises(CompanyRoleNotAllowed):
            members.remove_member(
                actor=member.user, company_id=company.id, membership_id=other.id, now=NOW
            )

        other.refresh_from_db()
        assert other.ended_at is None

    def test_is_not_for_strangers(self, company, other_recruiter):
        member = MembershipFactory(company=company)

        with pytest.raises(CompanyRoleNotAllowed):
            members.remove_member(
                actor=other_recruiter, company_id=company.id, membership_id=member.id, now=NOW
            )

        member.refresh_from_db()
        assert member.ended_at is None

    def test_happens_once(self, recruiter, company):
        member = MembershipFactory(company=company, ended_at=NOW)

        with pytest.raises(MemberNotFound):
            members.remove_member(
                actor=recruiter, company_id=company.id, membership_id=member.id, now=NOW
            )
        with pytest.raises(MemberNotFound):
            members.remove_member(
                actor=recruiter, company_id=company.id, membership_id=uuid4(), now=NOW
            )

    def test_of_two_last_owners_at_once_leaves_one(self, at_once, recruiter, other_recruiter):
        company = CompanyFactory(owner=recruiter)
        other = MembershipFactory(company=company, user=other_recruiter, role=MemberRole.OWNER)
        own = Membership.objects.get(user=recruiter)
        steps = [(recruiter, own), (other_recruiter, other)]

        def leave(number):
            actor, membership = steps[number]
            try:
                members.remove_member(
                    actor=actor, company_id=company.id, membership_id=membership.id, now=NOW
                )
            except LastOwner:
                return "refused"
            return "done"

        assert sorted(at_once(2, leave)) == ["done", "refused"]
        assert [role for _, role in standing(company)] == ["OWNER"]

    def test_waits_for_a_deletion_of_the_company(self, at_once, recruiter, company):
        MembershipFactory(company=company, role=MemberRole.OWNER)
        own = Membership.objects.get(user=recruiter)

        def act(number):
            try:
                if number:
                    companies.delete_company(actor=recruiter, company_id=company.id, now=NOW)
                else:
                    members.remove_member(
                        actor=recruiter, company_id=company.id, membership_id=own.id, now=NOW
                    )
            except (CompanyNotFound, CompanyRoleNotAllowed):
                return "refused"
            return "done"

        assert sorted(at_once(2, act)) == ["done", "refused"]
