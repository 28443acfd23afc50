"""How a recruiter is let in: the staff may change their mind, a candidate is never asked."""

from __future__ import annotations

from collections.abc import Mapping

from apps.users.enums import Approval, UserType

TRANSITIONS: Mapping[Approval, frozenset[Approval]] = {
    Approval.NOT_REQUIRED: frozenset(),
    Approval.PENDING: frozenset({Approval.APPROVED, Approval.REJECTED}),
    Approval.APPROVED: frozenset({Approval.REJECTED}),
    Approval.REJECTED: frozenset({Approval.APPROVED}),
}


def at_registration(user_type: UserType) -> Approval:
    """Return where an account stands that its owner has just opened."""
    return Approval.PENDING if user_type == UserType.RECRUITER else Approval.NOT_REQUIRED
