"""Who a request speaks for: ``Authorization: Bearer`` with an access token (RFC 6750)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from apps.users.errors import (
    AccountInactive,
    AccountPendingApproval,
    AccountRejected,
    InvalidToken,
)
from apps.users.services import sessions

if TYPE_CHECKING:
    from apps.users.models import Session, User

_SCHEME = b"bearer"


class BearerAuthentication(BaseAuthentication):
    """Asks the session's row at every request, so a logout, a ban and a rejection act at once."""

    raises = (InvalidToken, AccountPendingApproval, AccountRejected, AccountInactive)

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        """Return the account and its session; None when the request names no token.

        :raises InvalidToken: the token is forged or expired, or its session is over
        :raises AccountPendingApproval, AccountRejected, AccountInactive: the account may not enter any more
        """
        scheme, _, token = get_authorization_header(request).strip().partition(b" ")
        if scheme.lower() != _SCHEME:
            return None
        if not token.isascii():
            raise InvalidToken
        session = sessions.authenticate(access=token.decode("ascii").strip(), now=timezone.now())
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that a 401 carries."""
        return "Bearer"
