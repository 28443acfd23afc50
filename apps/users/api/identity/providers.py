"""Identities that come from elsewhere."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone, translation

from apps.users.domain import identity
from apps.users.models import User
from apps.users.services import accounts


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who signs up with a provider becomes a candidate; who has an account signs in there and connects it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return True."""
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Read the account again before allauth writes it: asking the provider took a while."""
        if request.user.is_authenticated:
            request.user.refresh_from_db()

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Suggest an account from what the provider tells."""
        user: User = sociallogin.user
        parts = (data.get("first_name"), data.get("last_name"))
        named = data.get("name") or " ".join(part for part in parts if part)
        user.full_name = identity.normalise_name(str(named or ""))[: identity.LONGEST_NAME]
        user.email = identity.normalise_email(str(data.get("email") or ""))
        return user

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        """Open the account, by the service that opens those of passwords."""
        email = form.cleaned_data["email"] if form else sociallogin.user.email
        user = accounts.register_with_provider(
            email=email,
            full_name=sociallogin.user.full_name or email.partition("@")[0],
            email_verified=any(
                address.verified and identity.normalise_email(address.email) == email
                for address in sociallogin.email_addresses
            ),
            provider=sociallogin.provider.name,
            language=translation.get_language() or "",
            now=timezone.now(),
        )
        sociallogin.user = sociallogin.account.user = user
        sociallogin.account.save()
        return user
