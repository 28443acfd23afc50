"""How second factors present themselves."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from apps.users.models import User


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Names the platform, and keys by the site that people see."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return for whom keys are made: the site of the pages, which may be another host than the API's."""
        return {"id": settings.WEBAUTHN_SITE, "name": settings.MFA_TOTP_ISSUER}

    def get_totp_label(self, user: User) -> str:
        """Return what the app shows beside the code."""
        return user.email
