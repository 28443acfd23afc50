"""How the staff enter their pages: by the services that everybody enters by."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.clients import client_of
from apps.core.errors import DomainError
from apps.core.wording import worded
from apps.users.errors import InvalidCredentials
from apps.users.models import User
from apps.users.services import credentials, passwords


class StaffLoginForm(AdminAuthenticationForm):
    """An address, a password, and a code where the account asks for one."""

    code = forms.CharField(
        label=_("Code of your authenticator app, if you use one"),
        required=False,
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def clean(self) -> dict[str, Any]:
        """Find the member of the staff who has proved to be one."""
        email, password = (self.cleaned_data.get(name) for name in ("username", "password"))
        if email and password:
            try:
                self.user_cache = self._proved(email=email, password=password)
            except InvalidCredentials as refusal:
                raise self.get_invalid_login_error() from refusal
            except DomainError as refusal:
                raise forms.ValidationError(worded(refusal.detail), refusal.code) from refusal
        return self.cleaned_data

    def _proved(self, *, email: str, password: str) -> User:
        ip = client_of(cast(HttpRequest, self.request)).ip
        user = credentials.prove_password(email=email, password=password, ip=ip)
        self.confirm_login_allowed(user)
        if credentials.second_factors(user=user):
            code = self.cleaned_data.get("code", "")
            credentials.prove_code(user=user, code=code, ip=ip, now=timezone.now())
        return user


class OwnPasswordForm(AdminPasswordChangeForm):
    """A member of the staff changes their own password, which ends their sessions elsewhere."""

    def __init__(self, *args: Any, session: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        """Set the password."""
        user: User = self.user
        passwords.change(
            actor=user,
            session_id=self.session.pk,
            old_password=self.cleaned_data["old_password"],
            new_password=self.cleaned_data["new_password1"],
            now=timezone.now(),
        )
        return user


class OwnPasswordView(PasswordChangeView):
    """The page of that form."""

    form_class = OwnPasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return what the form is made with, the session that asks among it."""
        return {**super().get_form_kwargs(), "session": cast(Any, self.request).auth}


def change_own_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
    """Show and take the form in which a member of the staff changes their own password."""
    view = OwnPasswordView.as_view(
        success_url=reverse("admin:password_change_done"),
        extra_context={**admin.site.each_context(request), **(extra_context or {})},
    )
    return view(request)


# These pages exist once for the whole admin.
admin.site.login_form = StaffLoginForm
admin.site.login_template = "users/staff_login.html"
admin.site.password_change = change_own_password  # type: ignore[method-assign]
# allauth's own pages show secrets, and let the staff give themselves to be somebody else.
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])
