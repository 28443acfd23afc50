"""Identities that come from elsewhere."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who signs up with a provider becomes a candidate."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return True."""
        return True
