"""Addresses below ``/api/v1/identity/``: allauth's own, for browsers and for clients with tokens."""

from __future__ import annotations

from typing import Any

from allauth.headless.constants import Client
from django.urls import URLPattern, URLResolver, include, path

from apps.users.api.identity import views


def paths_for(client: Client) -> list[URLPattern | URLResolver]:
    """Return what one kind of client may ask for."""
    served: dict[str, Any] = {
        "config": views.ConfigView,
        "auth/session": views.SessionView,
        "auth/login": views.LoginView,
        "auth/reauthenticate": views.ReauthenticateView,
        "auth/password/request": views.RequestPasswordResetView,
        "auth/password/reset": views.ResetPasswordView,
        "auth/email/verify": views.VerifyEmailView,
        "auth/2fa/authenticate": views.AuthenticateView,
        "auth/2fa/reauthenticate": views.ReauthenticateByCodeView,
        "auth/webauthn/authenticate": views.AuthenticateWebAuthnView,
        "auth/webauthn/reauthenticate": views.ReauthenticateWebAuthnView,
        "auth/webauthn/login": views.LoginWebAuthnView,
        "auth/provider/signup": views.ProviderSignupView,
        "auth/provider/token": views.ProviderTokenView,
        "account/password/change": views.ChangePasswordView,
        "account/email": views.EmailView,
        "account/authenticators": views.AuthenticatorsView,
        "account/authenticators/totp": views.TotpView,
        "account/authenticators/recovery-codes": views.RecoveryCodesView,
        "account/authenticators/webauthn": views.WebAuthnView,
        "account/providers": views.ProvidersView,
    }
    if client == Client.APP:
        served["tokens/refresh"] = views.RefreshView
    else:
        served["auth/provider/redirect"] = views.ProviderRedirectView
    return [path(name, view.as_api_view(client=client)) for name, view in served.items()]


urlpatterns: list[URLPattern | URLResolver] = [
    *(path(f"{client.value}/v1/", include(paths_for(client))) for client in Client),
    # allauth looks this name up, and providers know the address.
    path(
        "oidc/<slug:provider_id>/login/callback/",
        views.ProviderCallbackView.as_view(),
        name="openid_connect_callback",
    ),
]
