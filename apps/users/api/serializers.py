"""What clients may send about accounts and tokens. The services decide whether it is accepted."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.users.domain import identity
from apps.users.enums import UserType

LONGEST_PASSWORD = 128
"""Hashing takes time that grows with the text, and no one types more."""

_RULES = "At least 12 characters; not common, not only digits, not like your own data."


def password_field(**options: Any) -> serializers.CharField:
    """Return a field for a password, which is taken exactly as typed."""
    return serializers.CharField(
        max_length=LONGEST_PASSWORD,
        trim_whitespace=False,
        write_only=True,
        style={"input_type": "password"},
        **options,
    )


class RegistrationSerializer(serializers.Serializer[None]):
    """A new account for oneself."""

    email = serializers.EmailField(max_length=identity.LONGEST_EMAIL)
    password = password_field(help_text=_RULES)
    full_name = serializers.CharField(max_length=identity.LONGEST_NAME)
    user_type = serializers.ChoiceField(
        choices=[UserType.CANDIDATE, UserType.RECRUITER],
        help_text="A recruiter can sign in after our staff have approved the account.",
    )
    phone_number = serializers.CharField(
        max_length=30,
        required=False,
        allow_blank=True,
        help_text="8 to 15 digits, separators allowed.",
    )


class LoginSerializer(serializers.Serializer[None]):
    """An address and its password."""

    email = serializers.CharField(max_length=identity.LONGEST_EMAIL)
    password = password_field()


class LoginMfaSerializer(serializers.Serializer[None]):
    """The second step of signing in."""

    mfa_token = serializers.CharField(
        max_length=512, help_text="From the answer to the first step."
    )
    code = serializers.CharField(
        max_length=32, help_text="Of the authenticator app, or a recovery code. A code works once."
    )


class RefreshSerializer(serializers.Serializer[None]):
    """A refresh token."""

    refresh = serializers.CharField(max_length=512, help_text="Of the latest pair.")


class LogoutSerializer(serializers.Serializer[None]):
    """A refresh token whose session is to end, needed when the access token has expired."""

    refresh = serializers.CharField(
        max_length=512,
        required=False,
        allow_null=True,
        help_text="Not needed with an access token that still works.",
    )


class EmailVerificationSerializer(serializers.Serializer[None]):
    """What the mailed link carries."""

    key = serializers.CharField(max_length=512, help_text="`key` of the mailed link.")


class PasswordChangeSerializer(serializers.Serializer[None]):
    """The password that is and the one that is to be."""

    old_password = password_field()
    new_password = password_field(help_text=_RULES)


class PasswordResetSerializer(serializers.Serializer[None]):
    """The address of an account."""

    email = serializers.EmailField(max_length=identity.LONGEST_EMAIL)


class PasswordResetConfirmSerializer(serializers.Serializer[None]):
    """What the mailed link carries, and the new password."""

    uid = serializers.UUIDField(help_text="`uid` of the mailed link.")
    token = serializers.CharField(max_length=128, help_text="`token` of the mailed link.")
    new_password = password_field(help_text=_RULES)
