"""The staff's decision about a recruiter."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core import audit, state
from apps.core.events import publish
from apps.users import locks
from apps.users.domain.approval import TRANSITIONS
from apps.users.enums import Approval, SessionEnd
from apps.users.events import RecruiterApproved, RecruiterRejected
from apps.users.models import User
from apps.users.services import rights, sessions


@transaction.atomic
def approve_recruiter(*, actor: User, user_id: UUID, now: datetime) -> User:
    """Let a recruiter in.

    :raises RoleNotAllowed: the actor lacks the right
    :raises AccountNotFound: there is no such account
    :raises TransitionRefused: it is no recruiter, or approved already
    """
    user = _decide(actor=actor, user_id=user_id, decision=Approval.APPROVED, now=now)
    audit.record(actor, "approved", user)
    publish(RecruiterApproved(user_id=user.pk, occurred_at=now))
    return user


@transaction.atomic
def reject_recruiter(*, actor: User, user_id: UUID, now: datetime, reason: str = "") -> User:
    """Refuse a recruiter, or take an approval back; open sessions end. The recruiter is told the reason.

    :raises RoleNotAllowed: the actor lacks the right
    :raises AccountNotFound: there is no such account
    :raises TransitionRefused: it is no recruiter, or rejected already
    """
    user = _decide(actor=actor, user_id=user_id, decision=Approval.REJECTED, now=now)
    sessions.end_all_sessions(user_id=user.pk, reason=SessionEnd.RECRUITER_REJECTED, now=now)
    reason = reason.strip()
    audit.record(actor, "rejected", user, **({"reason": reason} if reason else {}))
    publish(RecruiterRejected(user_id=user.pk, reason=reason, occurred_at=now))
    return user


def _decide(*, actor: User, user_id: UUID, decision: Approval, now: datetime) -> User:
    rights.require_right(actor=actor, right="users.decide_recruiter")
    user = locks.account(user_id)
    state.require(TRANSITIONS, Approval(user.approval), decision)
    user.approval, user.approval_decided_at = decision, now
    user.save(update_fields=["approval", "approval_decided_at", "updated_at"])
    return user
