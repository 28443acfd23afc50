"""The one issuer of tokens. Both tokens of a pair are computed from a row, so a pair can be answered again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from apps.core import audit
from apps.users.domain import tokens
from apps.users.errors import InvalidToken
from apps.users.models import RefreshToken, Session

REUSE_GRACE = timedelta(seconds=10)
"""How long a spent token answers its successor: two tabs refresh at once, an answer is lost on the way."""


@dataclass(frozen=True, kw_only=True)
class TokenPair:
    """What a client holds: the access token for requests, the refresh token for the next pair."""

    access: str
    refresh: str


def issue_pair(*, session: Session, now: datetime) -> TokenPair:
    """Start a session's chain of refresh tokens."""
    row = _new_row(session=session, now=now)
    row.save(force_insert=True)
    return _pair_of(row=row, session=session)


def find_refresh_token(*, token: str) -> RefreshToken:
    """Return the row of a refresh token, with its session and account, whatever state they are in.

    :raises InvalidToken: we never issued it, or its session is long gone
    """
    row_id = tokens.read_refresh(token, key=settings.JWT_SIGNING_KEY)
    row = RefreshToken.objects.select_related("session__user").filter(pk=row_id).first()
    if row is None:
        raise InvalidToken
    return row


def read_access(*, token: str, now: datetime) -> tokens.AccessClaims:
    """Return what an access token says; whether its session still lives is another question.

    :raises InvalidToken: it is forged, malformed or expired
    """
    return tokens.read_access(token, key=settings.JWT_SIGNING_KEY, now=now)


@transaction.atomic
def exchange(*, row: RefreshToken, now: datetime) -> TokenPair | None:
    """Spend a refresh token for its successor's pair; None when it was spent longer ago than the grace.

    The conditional UPDATE decides between simultaneous uses: one spends, the others wait for its commit
    and then read the successor that it made.
    """
    successor = _new_row(session=row.session, now=now)
    spent_by_us = RefreshToken.objects.filter(pk=row.pk, used_at=None).update(
        used_at=now, successor=successor.pk
    )
    if spent_by_us:
        successor.save(force_insert=True)
        owner_id = row.session.user_id
        audit.security("refreshed", account_id=owner_id, actor=owner_id, session=row.session_id)
        return _pair_of(row=successor, session=row.session)
    first_successor = RefreshToken.objects.filter(
        pk__in=RefreshToken.objects.filter(pk=row.pk, used_at__gte=now - REUSE_GRACE).values(
            "successor"
        )
    ).first()
    return _pair_of(row=first_successor, session=row.session) if first_successor else None


def _new_row(*, session: Session, now: datetime) -> RefreshToken:
    return RefreshToken(
        session=session, issued_at=now, expires_at=now + settings.JWT_REFRESH_LIFETIME
    )


def _pair_of(*, row: RefreshToken, session: Session) -> TokenPair:
    expires_at = min(row.issued_at + settings.JWT_ACCESS_LIFETIME, row.expires_at)
    claims = tokens.AccessClaims(
        user_id=session.user_id,
        session_id=session.pk,
        issued_at=int(row.issued_at.timestamp()),
        expires_at=int(expires_at.timestamp()),
    )
    return TokenPair(
        access=tokens.sign_access(claims, key=settings.JWT_SIGNING_KEY),
        refresh=tokens.sign_refresh(row.pk, key=settings.JWT_SIGNING_KEY),
    )
