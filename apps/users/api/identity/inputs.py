"""What allauth's views take where it must be judged by our services."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.headless.account import inputs as account
from allauth.headless.internal.restkit import inputs
from allauth.mfa.models import Authenticator
from django import forms
from django.utils import timezone

from apps.core.clients import client_of
from apps.core.wording import worded
from apps.users.api.serializers import LONGEST_PASSWORD
from apps.users.errors import WrongCode
from apps.users.services import credentials


def _password(**options: Any) -> forms.CharField:
    """Return a field for a password, which is taken exactly as typed."""
    return forms.CharField(max_length=LONGEST_PASSWORD, strip=False, **options)


class LoginInput(account.LoginInput):  # type: ignore[misc]
    """An address and its password."""

    password = _password()


class ReauthenticateInput(account.ReauthenticateInput):  # type: ignore[misc]
    """The password of somebody who is signed in."""

    password = _password()


class ResetPasswordInput(account.ResetPasswordInput):  # type: ignore[misc]
    """The key of a mailed link and the new password."""

    password = _password()


class ChangePasswordInput(account.ChangePasswordInput):  # type: ignore[misc]
    """The password that is and the one that is to be."""

    current_password = _password(required=False)
    new_password = _password()

    def clean_current_password(self) -> str:
        """Check the old password where the others are checked, and their guesses counted."""
        given = cast(str, self.cleaned_data["current_password"])
        if given and not get_adapter().reauthenticate(self.user, given):
            raise get_adapter().validation_error("enter_current_password")
        return given


class CodeInput(inputs.Input):  # type: ignore[misc]
    """A code of the authenticator app, or a recovery code."""

    code = inputs.CharField(max_length=32)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        """Use the code up.

        :raises ValidationError: it is wrong, or was used before
        """
        code = cast(str, self.cleaned_data["code"])
        try:
            kind = credentials.prove_code(
                user=self.user,
                code=code,
                ip=client_of(context.request).ip,
                now=timezone.now(),
            )
        except WrongCode as refusal:
            # A 401 would tell allauth's clients that the sign-in is over.
            raise forms.ValidationError(worded(refusal.detail), refusal.code) from refusal
        self.authenticator = Authenticator.objects.get(user=self.user, type=kind)
        return code
