from __future__ import annotations

import itertools

import pytest

from apps.core import state
from apps.core.state import TransitionRefused
from apps.users.domain import approval, policies
from apps.users.enums import Approval, UserType
from apps.users.errors import AccountInactive, AccountPendingApproval, AccountRejected


class TestEntry:
    @pytest.mark.parametrize("standing", [Approval.NOT_REQUIRED, Approval.APPROVED])
    def test_is_open_to_active_accounts_that_need_no_decision(self, standing):
        policies.require_entry(is_active=True, approval=standing)

        assert policies.may_enter(is_active=True, approval=standing)

    @pytest.mark.parametrize(
        ("is_active", "standing", "refusal"),
        [
            (True, Approval.PENDING, AccountPendingApproval),
            (True, Approval.REJECTED, AccountRejected),
            *((False, standing, AccountInactive) for standing in Approval),
        ],
    )
    def test_is_refused_with_its_reason(self, is_active, standing, refusal):
        with pytest.raises(refusal):
            policies.require_entry(is_active=is_active, approval=standing)

        assert not policies.may_enter(is_active=is_active, approval=standing)


class TestRoles:
    def test_only_approved_recruiters_recruit(self):
        able = {
            pair
            for pair in itertools.product(UserType, Approval)
            if policies.may_recruit(pair[0], pair[1])
        }

        assert able == {(UserType.RECRUITER, Approval.APPROVED)}

    def test_nobody_registers_as_administrator(self):
        assert {user_type for user_type in UserType if policies.may_register(user_type)} == {
            UserType.CANDIDATE,
            UserType.RECRUITER,
        }


class TestApproval:
    def test_begins_where_the_type_says(self):
        assert {user_type: approval.at_registration(user_type) for user_type in UserType} == {
            UserType.CANDIDATE: Approval.NOT_REQUIRED,
            UserType.RECRUITER: Approval.PENDING,
            UserType.ADMIN: Approval.NOT_REQUIRED,
        }

    def test_knows_every_state(self):
        assert set(approval.TRANSITIONS) == set(Approval)

    @pytest.mark.parametrize(("current", "target"), [*itertools.product(Approval, Approval)])
    def test_goes_to_a_decision_and_back_but_never_in_place(self, current, target):
        decided = {Approval.APPROVED, Approval.REJECTED}
        possible = current != Approval.NOT_REQUIRED and target in decided - {current}

        if possible:
            state.require(approval.TRANSITIONS, current, target)
        else:
            with pytest.raises(TransitionRefused):
                state.require(approval.TRANSITIONS, current, target)
