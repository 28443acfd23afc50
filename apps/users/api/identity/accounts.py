"""The second of our two doors of allauth: what it does to accounts, our services do."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from apps.core.clients import client_of
from apps.users.api.cookies import session_id_of
from apps.users.domain import identity
from apps.users.errors import InvalidCredentials
from apps.users.models import User
from apps.users.services import credentials, emails, passwords, sessions


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing in and out ends in ``cookies.open_row`` and ``close_row``; everything else is below."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: accounts with a password are opened at ``auth/register/``, which asks for a type."""
        return False

    def clean_email(self, email: str) -> str:
        """Return the one spelling of an address."""
        return identity.normalise_email(email)

    def authenticate(self, request: HttpRequest, **given: Any) -> User | None:
        """Return the account of an address and a password, or None.

        :raises TooManyRequests: too many guesses were wrong
        """
        try:
            return credentials.prove_password(
                email=given["email"], password=given["password"], ip=client_of(request).ip
            )
        except InvalidCredentials:
            return None

    def reauthenticate(self, user: User, password: str) -> bool:
        """Tell whether somebody who is signed in knows their password.

        :raises TooManyRequests: too many guesses were wrong
        """
        ip = client_of(cast(HttpRequest, self.request)).ip
        try:
            credentials.prove_password_again(actor=user, password=password, ip=ip)
        except InvalidCredentials:
            return False
        return True

    def pre_login(self, request: HttpRequest, user: User, **_: Any) -> None:
        """Refuse accounts that may not enter, by raising: an answer that is returned here gets lost.

        :raises AccountPendingApproval, AccountRejected, AccountInactive: the account may not enter
        """
        sessions.admit(user=user)

    def set_password(self, user: User, password: str) -> None:
        """Replace one's own password, keeping the session that asks."""
        request = cast(HttpRequest, self.request)
        passwords.replace(
            actor=user,
            session_id=session_id_of(request),
            new_password=password,
            now=timezone.now(),
        )

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Note that a link of ours came back."""
        emails.note_verified(user_id=email_address.user_id, email=email_address.email)
        return True

    def should_send_confirmation_mail(
        self,
        request: HttpRequest,
        email_address: Any,
        signup: bool,  # noqa: FBT001 - allauth's signature
    ) -> bool:
        """Return False: whoever opens an account sends the link in the same transaction."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Refuse: every mail of the platform is written by a service, in the transaction that causes it.

        :raises NotImplementedError: allauth came to a mail that our settings do not lead to
        """
        raise NotImplementedError(template_prefix)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's address as the rest of the platform knows it."""
        return client_of(request).ip or ""
