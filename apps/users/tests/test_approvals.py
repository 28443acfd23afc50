"""The staff's decision about a recruiter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core.ids import uuid7
from apps.core.models import Audit, Work
from apps.core.state import TransitionRefused
from apps.users.enums import Approval, SessionEnd, UserType
from apps.users.errors import AccountNotFound, RoleNotAllowed
from apps.users.models import Session, User
from apps.users.services import approvals, sessions
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def standing(user):
    return User.objects.values_list("approval", "approval_decided_at").get(pk=user.pk)


def told(name):
    return {
        (work.args["fields"]["user_id"], work.args["fields"]["occurred_at"])
        for work in Work.objects.filter(args__event=name)
    }


class TestApproveRecruiter:
    def test_lets_a_recruiter_in_and_says_so(self, pending_recruiter, staff, now):
        user = approvals.approve_recruiter(actor=staff, user_id=pending_recruiter.pk, now=now)

        assert user.is_recruiter
        assert standing(pending_recruiter) == (Approval.APPROVED, now)
        assert told("users.recruiter_approved") == {(str(user.pk), now.isoformat())}

    def test_may_follow_a_rejection(self, staff, now):
        rejected = UserFactory(rejected=True)

        approvals.approve_recruiter(actor=staff, user_id=rejected.pk, now=now)

        assert standing(rejected) == (Approval.APPROVED, now)

    def test_is_refused_the_second_time(self, pending_recruiter, staff, now):
        approvals.approve_recruiter(actor=staff, user_id=pending_recruiter.pk, now=now)

        with pytest.raises(TransitionRefused) as refused:
            approvals.approve_recruiter(
                actor=staff, user_id=pending_recruiter.pk, now=now + timedelta(hours=1)
            )

        assert refused.value.context["allowed"] == ["REJECTED"]
        assert standing(pending_recruiter) == (Approval.APPROVED, now)
        assert len(told("users.recruiter_approved")) == 1

    def test_is_refused_for_candidates(self, candidate, staff, now):
        with pytest.raises(TransitionRefused):
            approvals.approve_recruiter(actor=staff, user_id=candidate.pk, now=now)

        assert standing(candidate) == (Approval.NOT_REQUIRED, None)

    def test_is_refused_to_those_without_the_right(self, pending_recruiter, candidate, now):
        clerk = UserFactory(user_type=UserType.ADMIN, is_staff=True)

        for actor in (pending_recruiter, candidate, clerk):
            with pytest.raises(RoleNotAllowed):
                approvals.approve_recruiter(actor=actor, user_id=pending_recruiter.pk, now=now)

        assert standing(pending_recruiter) == (Approval.PENDING, None)
        assert told("users.recruiter_approved") == set()

    def test_does_not_find_what_is_not_there(self, staff, now):
        with pytest.raises(AccountNotFound):
            approvals.approve_recruiter(actor=staff, user_id=uuid7(), now=now)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_once_one_decides(self, pending_recruiter, staff, now, at_once):
        def decide(_):
            try:
                approvals.approve_recruiter(actor=staff, user_id=pending_recruiter.pk, now=now)
            except TransitionRefused:
                return "refused"
            return "approved"

        assert sorted(at_once(4, decide)) == ["approved", "refused", "refused", "refused"]
        # Relays of one event share a key, so the facts are counted by the rows of one subscriber.
        assert len(told("users.recruiter_approved")) <= 1


class TestRejectRecruiter:
    def test_refuses_a_recruiter_and_says_so(self, pending_recruiter, staff, now):
        approvals.reject_recruiter(actor=staff, user_id=pending_recruiter.pk, now=now)

        assert standing(pending_recruiter) == (Approval.REJECTED, now)
        assert told("users.recruiter_rejected") == {(str(pending_recruiter.pk), now.isoformat())}

    def test_says_why_to_the_recruiter_and_in_the_trail(self, pending_recruiter, staff, now):
        approvals.reject_recruiter(
            actor=staff, user_id=pending_recruiter.pk, now=now, reason=" Không có mã số thuế. "
        )

        (row,) = Work.objects.filter(args__event="users.recruiter_rejected")
        assert row.args["fields"]["reason"] == "Không có mã số thuế."
        assert Audit.objects.get(verb="rejected").data == {"reason": "Không có mã số thuế."}

    def test_takes_an_approval_back_and_ends_the_sessions(self, recruiter, staff, now):
        sessions.open_session(user=recruiter, ip=None, user_agent="", now=now)

        approvals.reject_recruiter(actor=staff, user_id=recruiter.pk, now=now)

        assert standing(recruiter) == (Approval.REJECTED, now)
        session = Session.objects.get()
        assert (session.ended_at, session.end_reason) == (now, SessionEnd.RECRUITER_REJECTED)

    def test_is_refused_the_second_time(self, staff, now):
        rejected = UserFactory(rejected=True)
        before = standing(rejected)

        with pytest.raises(TransitionRefused):
            approvals.reject_recruiter(actor=staff, user_id=rejected.pk, now=now)

        assert standing(rejected) == before
        assert told("users.recruiter_rejected") == set()

    def test_is_refused_to_those_without_the_right(self, recruiter, now):
        with pytest.raises(RoleNotAllowed):
            approvals.reject_recruiter(actor=recruiter, user_id=recruiter.pk, now=now)

        assert recruiter.is_recruiter
