"""The schemes of our tokens and cookies, as the documents name them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from apps.users.api.authentication import BearerAuthentication
from apps.users.api.cookies import CookieAuthentication


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes ``BearerAuthentication``; known to the documents once this module is imported."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the scheme as OpenAPI names it."""
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The `access` token that `auth/login/` or `auth/refresh/` answered.",
        }


class CookieScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes ``CookieAuthentication``."""

    target_class = CookieAuthentication
    name = "cookie"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the scheme as OpenAPI names it."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": (
                "Set by `identity/browser/v1/`. Whatever changes something also needs `X-CSRFToken`, "
                "with the value of the cookie `csrftoken`."
            ),
        }
