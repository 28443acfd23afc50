"""The vocabulary of accounts and sessions."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UserType(TextChoices):
    """What an account is for; fixed by the server once the account exists."""

    CANDIDATE = "CANDIDATE", _("Candidate")
    RECRUITER = "RECRUITER", _("Recruiter")
    ADMIN = "ADMIN", _("Administrator")


class Approval(TextChoices):
    """Where a recruiter stands with the staff; everybody else needs no approval."""

    NOT_REQUIRED = "NOT_REQUIRED", _("Not required")
    PENDING = "PENDING", _("Waiting for approval")
    APPROVED = "APPROVED", _("Approved")
    REJECTED = "REJECTED", _("Rejected")


class Language(TextChoices):
    """The languages that texts and mails exist in."""

    VIETNAMESE = "vi", _("Vietnamese")
    ENGLISH = "en", _("English")


class SessionEnd(TextChoices):
    """Why a session is over."""

    LOGGED_OUT = "LOGGED_OUT", _("Logged out")
    ENDED_BY_OWNER = "ENDED_BY_OWNER", _("Ended from another session")
    ENDED_BY_STAFF = "ENDED_BY_STAFF", _("Ended by staff")
    PASSWORD_CHANGED = "PASSWORD_CHANGED", _("Password changed")
    PASSWORD_RESET = "PASSWORD_RESET", _("Password reset")
    TOKEN_REUSED = "TOKEN_REUSED", _("A spent refresh token was used again")
    RECRUITER_REJECTED = "RECRUITER_REJECTED", _("Recruiter rejected")
    DEACTIVATED = "DEACTIVATED", _("Account deactivated")


class SecurityChange(TextChoices):
    """What may change in how somebody signs in, besides the password."""

    FACTOR_ADDED = "FACTOR_ADDED", _("A second factor was added")
    FACTOR_REMOVED = "FACTOR_REMOVED", _("A second factor was removed")
    RECOVERY_CODES_MADE = "RECOVERY_CODES_MADE", _("New codes were made")
    PROVIDER_CONNECTED = "PROVIDER_CONNECTED", _("A sign-in elsewhere was connected")
    PROVIDER_DISCONNECTED = "PROVIDER_DISCONNECTED", _("A sign-in elsewhere was disconnected")
