"""Addresses of the accounts, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from apps.users.api import (
    schema,  # noqa: F401 - registering is its effect
    views,
)
from apps.users.api.identity.urls import urlpatterns as identity_urlpatterns

__all__ = ["identity_urlpatterns", "urlpatterns"]

urlpatterns = [
    path("auth/register/", views.RegisterView.as_view(), name="auth-register"),
    path("auth/login/", views.LoginView.as_view(), name="auth-login"),
    path("auth/login/mfa/", views.LoginMfaView.as_view(), name="auth-login-mfa"),
    path("auth/refresh/", views.RefreshView.as_view(), name="auth-refresh"),
    path("auth/logout/", views.LogoutView.as_view(), name="auth-logout"),
    path("auth/sessions/", views.SessionsView.as_view(), name="auth-session-list"),
    path("auth/sessions/<uuid:id>/", views.SessionView.as_view(), name="auth-session-detail"),
    path("auth/email/verify/", views.EmailVerificationView.as_view(), name="auth-email-verify"),
    path(
        "auth/email/verify/resend/",
        views.EmailVerificationMailView.as_view(),
        name="auth-email-verify-resend",
    ),
    path("auth/password/change/", views.PasswordChangeView.as_view(), name="auth-password-change"),
    path("auth/password/reset/", views.PasswordResetView.as_view(), name="auth-password-reset"),
    path(
        "auth/password/reset/confirm/",
        views.PasswordResetConfirmView.as_view(),
        name="auth-password-reset-confirm",
    ),
]
