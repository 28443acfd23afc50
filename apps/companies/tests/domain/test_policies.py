from __future__ import annotations

import pytest

from apps.companies.domain import policies
from apps.companies.enums import CompanyAction, MemberAction, MemberRole

OWNER, RECRUITER, HIRING_MANAGER, INTERVIEWER, FINANCE, GRADER = MemberRole


class TestWhatARoleIncludes:
    @pytest.mark.parametrize(
        ("may", "roles"),
        [
            (policies.may_edit_company, {OWNER}),
            (policies.may_manage_members, {OWNER}),
            (policies.may_see_members, set(MemberRole)),
            (policies.may_recruit_for, {OWNER, RECRUITER}),
            (policies.may_read_applicants, {OWNER, RECRUITER, HIRING_MANAGER}),
            (policies.may_see_finances, {OWNER, FINANCE}),
        ],
    )
    def test_is_this_and_nothing_else(self, may, roles):
        assert {role for role in MemberRole if may(role)} == roles


class TestCompanyActions:
    def test_are_all_an_owners(self):
        assert policies.company_actions(OWNER) == list(CompanyAction)

    def test_are_none_for_a_stranger(self):
        assert policies.company_actions(None) == []

    @pytest.mark.parametrize(
        ("role", "actions"),
        [
            (RECRUITER, ["read_members", "post_jobs", "read_applicants"]),
            (HIRING_MANAGER, ["read_members", "read_applicants"]),
            (INTERVIEWER, ["read_members"]),
            (FINANCE, ["read_members", "see_finances"]),
            (GRADER, ["read_members"]),
        ],
    )
    def test_follow_the_role(self, role, actions):
        assert policies.company_actions(role) == actions


class TestMemberActions:
    def test_are_all_an_owners(self):
        assert policies.member_actions(
            viewer_role=OWNER, is_self=False, is_last_owner=False
        ) == list(MemberAction)

    def test_let_everybody_leave(self):
        assert policies.member_actions(viewer_role=GRADER, is_self=True, is_last_owner=False) == [
            MemberAction.REMOVE
        ]

    def test_leave_others_alone(self):
        assert (
            policies.member_actions(viewer_role=RECRUITER, is_self=False, is_last_owner=False) == []
        )

    def test_keep_the_last_owner(self):
        assert policies.member_actions(viewer_role=OWNER, is_self=True, is_last_owner=True) == []
