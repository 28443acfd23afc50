"""allauth's headless views, with our inputs where a password or a code is judged."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from allauth.account.internal.flows.password_reset import finalize_password_reset
from allauth.headless.account import views as account
from allauth.headless.account.response import (
    RequestEmailVerificationResponse,
    RequestPasswordResponse,
)
from allauth.headless.base import views as base
from allauth.headless.mfa import views as mfa
from allauth.headless.socialaccount import views as social
from allauth.headless.tokens import views as tokens
from allauth.mfa.base.internal.flows import post_authentication
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.views import View

from apps.core import throttle
from apps.core.clients import client_of, network_of
from apps.core.errors import DomainError
from apps.users.api.identity import inputs
from apps.users.api.identity.refusals import Served
from apps.users.services import attempts, emails, passwords

# Of allauth's paths those of telephones, of signing up with a password or a passkey, and of several
# addresses for one account are not served.


class ConfigView(Served, base.ConfigView):  # type: ignore[misc]
    """What clients need to know beforehand."""


class SessionView(Served, account.SessionView):  # type: ignore[misc]
    """Who is signed in, and signing out."""


class LoginView(Served, account.LoginView):  # type: ignore[misc]
    """Signing in with a password."""

    input_class = inputs.LoginInput
    limits = {"post": attempts.SCOPES}


class ReauthenticateView(Served, account.ReauthenticateView):  # type: ignore[misc]
    """Proving once more who one is, with a password."""

    input_class = inputs.ReauthenticateInput
    limits = {"post": attempts.SCOPES}


class RequestPasswordResetView(Served, account.RequestPasswordResetView):  # type: ignore[misc]
    """Asking for a link, which is the one that ``auth/password/reset/`` sends: ``key`` is in it."""

    limits = {"post": ("password_reset", "password_reset_address")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Mail a link to the account with this address. The answer is the same when there is none."""
        passwords.request_reset(
            email=self.input.cleaned_data["email"], ip=client_of(request).ip, now=timezone.now()
        )
        return RequestPasswordResponse(request)  # type: ignore[no-any-return]


class ResetPasswordView(Served, account.ResetPasswordView):  # type: ignore[misc]
    """Setting a password by a mailed link."""

    input_class = inputs.ResetPasswordInput
    limits = {"post": ("password_reset_address",)}

    def handle(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Count the attempt before the key is looked at."""
        if request.method == "POST":
            throttle.take("password_reset_address", network_of(client_of(request).ip))
        return super().handle(request, *args, **kwargs)  # type: ignore[no-any-return]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Set the password, whoever is signed in here, and end every session of the account."""
        passwords.finish_reset(
            user=self.input.user,
            new_password=self.input.cleaned_data["password"],
            now=timezone.now(),
        )
        finalize_password_reset(request, self.input.user)
        return base.response.AuthenticationResponse(request)  # type: ignore[no-any-return]


class ChangePasswordView(Served, account.ChangePasswordView):  # type: ignore[misc]
    """Replacing one's own password."""

    input_class = inputs.ChangePasswordInput
    limits = {"post": ("password_change", *attempts.SCOPES)}

    def handle(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Count the attempt before the old password is looked at."""
        throttle.take("password_change", str(request.user.pk))
        return super().handle(request, *args, **kwargs)  # type: ignore[no-any-return]


class VerifyEmailView(Served, account.VerifyEmailView):  # type: ignore[misc]
    """Proving that one reads an address."""


class EmailView(Served, account.ManageEmailView):  # type: ignore[misc]
    """One's address, and another mail with its link."""

    http_method_names = ["get", "put"]
    limits = {"put": ("email_verification",)}

    def put(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Mail another link, unless the address is verified."""
        sent = emails.ask_again(actor=cast(Any, request.user), now=timezone.now())
        return RequestEmailVerificationResponse(request, verification_sent=sent)  # type: ignore[no-any-return]


class AuthenticateView(Served, mfa.AuthenticateView):  # type: ignore[misc]
    """The second step of signing in."""

    input_class = inputs.CodeInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Go on signing in."""
        post_authentication(request, self.input.authenticator)
        return self.respond_next_stage()  # type: ignore[no-any-return]


class ReauthenticateByCodeView(Served, mfa.ReauthenticateView):  # type: ignore[misc]
    """Proving once more who one is, with a code."""

    input_class = inputs.CodeInput
    limits = {"post": attempts.SCOPES}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Note that it was proved just now."""
        post_authentication(request, self.input.authenticator, reauthenticated=True)
        return base.response.AuthenticationResponse(request)  # type: ignore[no-any-return]


class AuthenticatorsView(Served, mfa.AuthenticatorsView):  # type: ignore[misc]
    """One's second factors."""


class TotpView(Served, mfa.ManageTOTPView):  # type: ignore[misc]
    """The authenticator app."""


class RecoveryCodesView(Served, mfa.ManageRecoveryCodesView):  # type: ignore[misc]
    """The codes for when it is lost."""


class WebAuthnView(Served, mfa.ManageWebAuthnView):  # type: ignore[misc]
    """Passkeys and security keys."""


class AuthenticateWebAuthnView(Served, mfa.AuthenticateWebAuthnView):  # type: ignore[misc]
    """The second step of signing in, with a key."""


class ReauthenticateWebAuthnView(Served, mfa.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Proving once more who one is, with a key."""


class LoginWebAuthnView(Served, mfa.LoginWebAuthnView):  # type: ignore[misc]
    """Signing in with a passkey alone."""


class ProvidersView(Served, social.ManageProvidersView):  # type: ignore[misc]
    """The identities elsewhere that belong to one's account."""


class ProviderSignupView(Served, social.ProviderSignupView):  # type: ignore[misc]
    """Finishing a sign-up that a provider's data did not suffice for."""


class ProviderRedirectView(Served, social.RedirectToProviderView):  # type: ignore[misc]
    """The way to a provider, for browsers."""


class ProviderTokenView(Served, social.ProviderTokenView):  # type: ignore[misc]
    """Signing in with a token that the client got from a provider."""


class RefreshView(Served, tokens.RefreshTokenView):  # type: ignore[misc]
    """The next pair of tokens."""


class ProviderCallbackView(View):
    """Where a provider sends a browser back to; it goes on to the page that started, signed in or with an error."""

    def get(self, request: HttpRequest, provider_id: str) -> HttpResponseBase:
        """Finish signing in."""
        try:
            return cast(HttpResponseBase, openid_connect.callback(request, provider_id))
        except DomainError as refusal:
            query = urlencode({"error": refusal.code})
            return HttpResponseRedirect(f"{settings.FRONTEND_URL}/login?{query}")
