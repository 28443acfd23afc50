"""Who may do what with an account."""

from __future__ import annotations

from apps.users.enums import Approval, UserType
from apps.users.errors import AccountInactive, AccountPendingApproval, AccountRejected

SELF_REGISTERED = frozenset({UserType.CANDIDATE, UserType.RECRUITER})


def may_register(user_type: UserType) -> bool:
    """Tell whether anyone may open an account of this type for themselves."""
    return user_type in SELF_REGISTERED


def may_recruit(user_type: UserType, approval: Approval) -> bool:
    """Tell whether an account may act as a recruiter."""
    return user_type == UserType.RECRUITER and approval == Approval.APPROVED


def may_enter(*, is_active: bool, approval: Approval) -> bool:
    """Tell whether an account may use the platform at all."""
    return is_active and approval in {Approval.NOT_REQUIRED, Approval.APPROVED}


def require_entry(*, is_active: bool, approval: Approval) -> None:
    """Check that an account may use the platform.

    :raises AccountInactive: the staff deactivated it
    :raises AccountRejected: the recruiter was rejected
    :raises AccountPendingApproval: the recruiter is not decided yet
    """
    if not is_active:
        raise AccountInactive
    if approval == Approval.REJECTED:
        raise AccountRejected
    if approval == Approval.PENDING:
        raise AccountPendingApproval
