"""Who people are: allauth headless under ``/api/v1/identity/``, cookies, passwords and providers of identities."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from onetop_backend.settings.browsers import FRONTEND_URL
from onetop_backend.variables import current

_env = current()

AUTH_USER_MODEL = "users.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name", "phone_number")},
    },
]  # fmt: skip
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if _env["ONETOP_TESTING"]
    else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
PASSWORD_RESET_TIMEOUT = 3600

# Not cached_db: that answers 500 with Redis down and revives sessions that were deleted meanwhile.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
STAFF_SESSION_LIFETIME = timedelta(hours=4)
# How long browsers keep the cookie. How long it is good for stands in our session's row.
SESSION_COOKIE_AGE = int(max(_env["JWT_REFRESH_LIFETIME"], STAFF_SESSION_LIFETIME).total_seconds())

JWT_ACCESS_LIFETIME = _env["JWT_ACCESS_LIFETIME"]
JWT_REFRESH_LIFETIME = _env["JWT_REFRESH_LIFETIME"]

HEADLESS_ONLY = True
HEADLESS_TOKEN_STRATEGY = "apps.users.api.identity.strategy.TokenStrategy"  # noqa: S105 - a class
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{FRONTEND_URL}/verify-email?key={{key}}",
    "account_reset_password": f"{FRONTEND_URL}/reset-password",
    "account_reset_password_from_key": f"{FRONTEND_URL}/reset-password?key={{key}}",
    "account_signup": f"{FRONTEND_URL}/register",
    "socialaccount_login_error": f"{FRONTEND_URL}/login",
}

ACCOUNT_ADAPTER = "apps.users.api.identity.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_MAX_LENGTH = 254
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# A link of either way works at both.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
# Ours count on every way in, these would count some of them once more.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False

MFA_ADAPTER = "apps.users.api.identity.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "OneTop"
# Keys are bound to the site of the pages: its host, without scheme and port (WebAuthn §5.1.3).
WEBAUTHN_SITE = urlsplit(FRONTEND_URL).hostname or "localhost"

SOCIALACCOUNT_ADAPTER = "apps.users.api.identity.providers.ProviderAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "optional"


def social_apps(env: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the providers that are configured, as allauth describes OpenID Connect."""
    google = ("google", "Google", "https://accounts.google.com")
    other = ("oidc", env["SOCIAL_OIDC_NAME"], env["SOCIAL_OIDC_URL"])
    return [
        {
            "provider_id": provider_id,
            "name": name,
            "client_id": env[f"SOCIAL_{provider_id.upper()}_CLIENT_ID"],
            "secret": env[f"SOCIAL_{provider_id.upper()}_SECRET"],
            "settings": {"server_url": url, "oauth_pkce_enabled": True},
        }
        for provider_id, name, url in (google, other)
        if env[f"SOCIAL_{provider_id.upper()}_CLIENT_ID"]
    ]


SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": social_apps(_env)}}
