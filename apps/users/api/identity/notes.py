"""What allauth announces, told to our services."""

from __future__ import annotations

from typing import Any

from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from django.utils import timezone

from apps.users.enums import SecurityChange
from apps.users.services import changes


def connect() -> None:
    """Listen to allauth, which has no other way to tell of these."""
    mfa.authenticator_added.connect(factor_added, dispatch_uid="users.factor_added")
    mfa.authenticator_removed.connect(factor_removed, dispatch_uid="users.factor_removed")
    mfa.authenticator_reset.connect(codes_made, dispatch_uid="users.codes_made")
    mfa.authenticator_used.connect(factor_used, dispatch_uid="users.factor_used")
    social.social_account_added.connect(provider_connected, dispatch_uid="users.connected")
    social.social_account_removed.connect(provider_removed, dispatch_uid="users.disconnected")


def factor_added(sender: object, user: Any, authenticator: Authenticator, **_: Any) -> None:
    """Tell of a new second factor; the recovery codes that come with it are no news of their own."""
    _note_factor(SecurityChange.FACTOR_ADDED, user, authenticator)


def factor_removed(sender: object, user: Any, authenticator: Authenticator, **_: Any) -> None:
    """Tell of a second factor that is gone; so are the recovery codes that went with it."""
    _note_factor(SecurityChange.FACTOR_REMOVED, user, authenticator)


def codes_made(sender: object, user: Any, **_: Any) -> None:
    """Tell of new recovery codes."""
    _note(SecurityChange.RECOVERY_CODES_MADE, user, Authenticator.Type.RECOVERY_CODES.label)


def factor_used(sender: object, user: Any, authenticator: Authenticator, **_: Any) -> None:
    """Tell of a key that was used; codes are noted where they are judged."""
    if authenticator.type == Authenticator.Type.WEBAUTHN:
        changes.note_key_used(actor=user)


def provider_connected(sender: object, sociallogin: Any, **_: Any) -> None:
    """Tell of an identity elsewhere that now opens the account."""
    kind = sociallogin.account.get_provider().name
    _note(SecurityChange.PROVIDER_CONNECTED, sociallogin.user, kind)


def provider_removed(sender: object, socialaccount: Any, **_: Any) -> None:
    """Tell of one that no longer does."""
    kind = socialaccount.get_provider().name
    _note(SecurityChange.PROVIDER_DISCONNECTED, socialaccount.user, kind)


def _note_factor(change: SecurityChange, user: Any, authenticator: Authenticator) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        _note(change, user, authenticator.get_type_display())


def _note(change: SecurityChange, user: Any, kind: str) -> None:
    changes.note_change(actor=user, change=change, kind=str(kind), now=timezone.now())
