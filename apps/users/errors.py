"""What can be refused about accounts, sign-ins and tokens."""

from __future__ import annotations

from apps.core.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    Unauthenticated,
    register_constraint,
)
from apps.core.errors import mark as _


class InvalidCredentials(Unauthenticated):
    """No account has this address and this password; which of the two is wrong stays unsaid."""

    code = "invalid_credentials"
    title = _("E-mail or password is wrong")


class AccountPendingApproval(Unauthenticated):
    """The recruiter has not been approved yet."""

    code = "account_pending_approval"
    title = _("Your account is waiting for approval; we will write to you once it is decided")


class AccountRejected(Unauthenticated):
    """The recruiter was rejected by the staff."""

    code = "account_rejected"
    title = _("Your account was not approved; please contact us")


class AccountInactive(Unauthenticated):
    """The account was deactivated by the staff."""

    code = "account_inactive"
    title = _("Your account is deactivated; please contact us")


class MfaRequired(Unauthenticated):
    """The password is right, and a second proof is due; ``mfa_token`` says for whom."""

    code = "mfa_required"
    title = _("Please enter the code of your authenticator app")
    members = {"mfa_token": "eyJ1IjoiMDFhMjA0MjItNDRkMCJ9:1u2v3w:9Kd0", "mfa_types": ["totp"]}


class WrongCode(Unauthenticated):
    """The code is wrong, too old, or was used before."""

    code = "incorrect_code"
    title = _("This code is not right; a code works once")


class InvalidToken(Unauthenticated):
    """The token is forged, expired, spent, or its session is over."""

    code = "token_invalid"
    title = _("Your session is over; please sign in again")


class CsrfFailed(Forbidden):
    """A cookie came without proof that a page of ours sent it."""

    code = "csrf_failed"
    title = _("Send the CSRF token of the cookie in the X-CSRFToken header")


class RoleNotAllowed(Forbidden):
    """This kind of account, or this member of the staff, may not do it."""

    code = "role_not_allowed"
    title = _("Your account may not do this")


class AccountNotFound(NotFound):
    """There is no such account."""

    code = "account_not_found"
    title = _("Account not found")


class SessionNotFound(NotFound):
    """There is no such session, or it is somebody else's, or it is over."""

    code = "session_not_found"
    title = _("Session not found")


class AccountAlreadyInactive(Conflict):
    """The account is deactivated already."""

    code = "account_already_inactive"
    title = _("The account is already deactivated")


class AccountAlreadyActive(Conflict):
    """The account is active already."""

    code = "account_already_active"
    title = _("The account is already active")


class OwnAccount(Conflict):
    """Nobody may shut the door behind themselves."""

    code = "own_account"
    title = _("You cannot do this to your own account")


def email_taken() -> InvalidInput:
    """Return the refusal of an address that belongs to an account."""
    return InvalidInput.field("email", "taken", _("An account with this e-mail already exists"))


register_constraint("users_user_email_unique", email_taken)
