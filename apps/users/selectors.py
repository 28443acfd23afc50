"""Accounts and sessions to read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.users.domain import policies
from apps.users.enums import Approval
from apps.users.errors import AccountNotFound
from apps.users.integrations.allauth import addresses
from apps.users.models import RefreshToken, Session, User


def find_account_unscoped(user_id: UUID) -> User | None:
    """Return an account, or None."""
    return User.objects.filter(pk=user_id).first()


def get_account_unscoped(user_id: UUID) -> User:
    """Return an account.

    :raises AccountNotFound: there is none
    """
    user = find_account_unscoped(user_id)
    if user is None:
        raise AccountNotFound
    return user


def find_account_by_email_unscoped(email: str) -> User | None:
    """Return the account with this address, however it is spelled, or None."""
    return User.objects.with_email(email).first()


def find_recruiter_by_email_unscoped(email: str) -> User | None:
    """Return the recruiter with this address who may act as one now, or None."""
    user = find_account_by_email_unscoped(email)
    return user if user is not None and user.is_active and user.is_recruiter else None


def active_account(user_id: UUID) -> User | None:
    """Return an account that may use the platform now, or None: for work that carries no session."""
    user = find_account_unscoped(user_id)
    return user if user is not None and _may_enter(user) else None


def profile_of(*, viewer: User) -> User:
    """Return the viewer's own account as it stands."""
    return get_account_unscoped(viewer.pk)


def is_email_verified(*, viewer: User) -> bool:
    """Tell whether somebody has proved to read their address; alerts go to nobody else."""
    return addresses.is_verified(user_id=viewer.pk, email=viewer.email)


def find_session_unscoped(session_id: UUID) -> Session | None:
    """Return a session with its account in one query, or None; the caller judges both."""
    return Session.objects.select_related("user").filter(pk=session_id).first()


def account_signed_in_unscoped(session_id: UUID, *, now: datetime) -> User | None:
    """Return the account behind a session, in one query; None when it is over or the account may not enter."""
    session = _usable_sessions(now).select_related("user").filter(pk=session_id).first()
    return session.user if session is not None and _may_enter(session.user) else None


def sessions_of(*, viewer: User, now: datetime) -> QuerySet[Session]:
    """Return the viewer's sessions that can still be used, the one seen last first."""
    return _usable_sessions(now).filter(user=viewer).order_by("-last_seen_at", "-pk")


def _usable_sessions(now: datetime) -> QuerySet[Session]:
    usable = RefreshToken.objects.filter(session=OuterRef("pk"), expires_at__gt=now)
    return Session.objects.filter(Exists(usable) | Q(expires_at__gt=now), ended_at=None)


def _may_enter(user: User) -> bool:
    return policies.may_enter(is_active=user.is_active, approval=Approval(user.approval))
