"""The shapes in which accounts, sessions and tokens leave the platform."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from rest_framework import serializers

from apps.users.enums import Approval, Language, UserType
from apps.users.models import Session, User
from apps.users.services.sessions import SignedIn
from apps.users.services.tokens import TokenPair


class RegisteredSerializer(serializers.Serializer[User]):
    """A new account."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    full_name = serializers.CharField()
    user_type = serializers.ChoiceField(choices=UserType.choices)
    phone_number = serializers.CharField(help_text="Without separators; empty when none is known.")
    approval = serializers.ChoiceField(
        choices=Approval.choices, help_text="A recruiter can sign in once this is APPROVED."
    )


class ProfileSerializer(RegisteredSerializer):
    """One's own account."""

    avatar = serializers.URLField(
        allow_null=True, help_text="Always null: there are no pictures yet."
    )
    language = serializers.ChoiceField(choices=Language.choices, help_text="Of mails.")
    created_at = serializers.DateTimeField()


class TokenPairSerializer(serializers.Serializer[TokenPair]):
    """What a signed-in client holds."""

    access = serializers.CharField(help_text="For `Authorization: Bearer`.")
    refresh = serializers.CharField(help_text="For the next pair; use it once.")


class SignedInSerializer(TokenPairSerializer):
    """A fresh session and whose it is."""

    user_id = serializers.UUIDField()
    full_name = serializers.CharField()
    email = serializers.EmailField()
    user_type = serializers.ChoiceField(choices=UserType.choices)
    avatar = serializers.URLField(
        allow_null=True, help_text="Always null: there are no pictures yet."
    )


class SessionSerializer(serializers.Serializer[Session]):
    """A place where one is signed in."""

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField(help_text="To the minute.")
    ip = serializers.IPAddressField(
        allow_null=True, help_text="Where it was opened from; null when unknown."
    )
    user_agent = serializers.CharField(help_text="The software that opened it, as it named itself.")
    current = serializers.BooleanField(help_text="The session that this request came with.")


def present_registered(user: User) -> dict[str, Any]:
    """Return a new account as its owner sees it."""
    return {
        "id": user.pk,
        "email": user.email,
        "full_name": user.full_name,
        "user_type": user.user_type,
        "phone_number": user.phone_number,
        "approval": user.approval,
    }


def present_profile(user: User) -> dict[str, Any]:
    """Return an account as its owner sees it; nobody has a picture yet."""
    return {
        **present_registered(user),
        "avatar": None,
        "language": user.language,
        "created_at": user.created_at,
    }


def present_signed_in(signed_in: SignedIn) -> dict[str, Any]:
    """Return what a client keeps after signing in, by the names that existing clients read."""
    user = signed_in.user
    return {
        "access": signed_in.access,
        "refresh": signed_in.refresh,
        "user_id": user.pk,
        "full_name": user.full_name,
        "email": user.email,
        "user_type": user.user_type,
        "avatar": None,
    }


def present_token_pair(pair: TokenPair) -> dict[str, Any]:
    """Return a pair of tokens."""
    return {"access": pair.access, "refresh": pair.refresh}


def present_sessions(sessions: Iterable[Session], *, current_id: UUID) -> list[dict[str, Any]]:
    """Return sessions, marking the one that asks."""
    return [
        {
            "id": session.pk,
            "created_at": session.created_at,
            "last_seen_at": session.last_seen_at,
            "ip": session.ip,
            "user_agent": session.user_agent,
            "current": session.pk == current_id,
        }
        for session in sessions
    ]
