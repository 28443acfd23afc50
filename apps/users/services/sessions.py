"""Signing in and out. A session is a row that every request reads, so ending one acts at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core import audit
from apps.core.errors import Unauthenticated
from apps.users import locks, selectors
from apps.users.domain import policies
from apps.users.enums import Approval, SessionEnd
from apps.users.errors import InvalidCredentials, InvalidToken, MfaRequired, SessionNotFound
from apps.users.models import RefreshToken, Session, User
from apps.users.services import credentials, rights, tokens
from apps.users.services.tokens import TokenPair

SEEN_EVERY = timedelta(minutes=1)
"""How exact ``last_seen_at`` is; a write at every request would buy nobody anything."""

KEPT_AFTERWARDS = timedelta(days=30)
"""How long a session that is over stays to be looked at."""

_USER_AGENT_LENGTH = 255


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A fresh session, its account and its first pair of tokens."""

    user: User
    session: Session
    access: str
    refresh: str


def log_in(
    *, email: str, password: str, ip: str | None, user_agent: str, now: datetime
) -> SignedIn:
    """Open a session for an address and a password.

    Why an account may not enter is said only to somebody who knows its password.

    :raises TooManyRequests: too many passwords were wrong, for this account or from this address
    :raises InvalidCredentials: no account has both
    :raises AccountPendingApproval, AccountRejected, AccountInactive: the account may not enter
    :raises MfaRequired: the account asks for a second proof, see ``log_in_with_code``
    """
    user = credentials.prove_password(email=email, password=password, ip=ip)
    admit(user=user)
    kinds = credentials.second_factors(user=user)
    if kinds:
        raise MfaRequired(mfa_token=credentials.mfa_token(user=user), mfa_types=kinds)
    return open_session(user=user, ip=ip, user_agent=user_agent, now=now)


def log_in_with_code(
    *, mfa_token: str, code: str, ip: str | None, user_agent: str, now: datetime
) -> SignedIn:
    """Open a session for somebody who knew the password and has a code of the app, or a recovery code.

    :raises TooManyRequests: too many passwords and codes were wrong, for this account or from this address
    :raises InvalidToken: the token is forged or too old, or the password was replaced since
    :raises WrongCode: the code is wrong, or was used before
    :raises AccountPendingApproval, AccountRejected, AccountInactive: the account may not enter
    """
    user = credentials.account_of(mfa_token=mfa_token)
    admit(user=user)
    credentials.prove_code(user=user, code=code, ip=ip, now=now)
    return open_session(user=user, ip=ip, user_agent=user_agent, now=now)


def admit(*, user: User) -> None:
    """Check that an account may use the platform whose owner is about to sign in.

    :raises AccountPendingApproval, AccountRejected, AccountInactive: it may not
    """
    try:
        _require_entry(user)
    except Unauthenticated as refusal:
        # Outside of any transaction, or the refusal would take it back.
        audit.security("login_failed", account_id=user.pk, reason=refusal.code)
        raise


@transaction.atomic
def open_session(*, user: User, ip: str | None, user_agent: str, now: datetime) -> SignedIn:
    """Open a session with tokens for somebody who has just proved to be this user.

    :raises InvalidCredentials: the password was replaced since ``user`` was read
    :raises AccountPendingApproval, AccountRejected, AccountInactive: the account may not enter
    """
    session = _open(user=user, ip=ip, user_agent=user_agent, expires_at=None, now=now)
    pair = tokens.issue_pair(session=session, now=now)
    return SignedIn(user=session.user, session=session, access=pair.access, refresh=pair.refresh)


@transaction.atomic
def open_browser_session(*, user: User, ip: str | None, user_agent: str, now: datetime) -> Session:
    """Open a session that a cookie speaks for: of four hours for staff, else as long as a refresh token lives.

    :raises InvalidCredentials: the password was replaced since ``user`` was read
    :raises AccountPendingApproval, AccountRejected, AccountInactive: the account may not enter
    """
    lifetime = settings.STAFF_SESSION_LIFETIME if user.is_staff else settings.JWT_REFRESH_LIFETIME
    return _open(user=user, ip=ip, user_agent=user_agent, expires_at=now + lifetime, now=now)


def _open(
    *, user: User, ip: str | None, user_agent: str, expires_at: datetime | None, now: datetime
) -> Session:
    account = locks.account(user.pk)
    if account.password != user.password:
        raise InvalidCredentials
    _require_entry(account)
    session = Session.objects.create(
        user=account,
        ip=ip,
        user_agent=user_agent[:_USER_AGENT_LENGTH],
        expires_at=expires_at,
        last_seen_at=now,
    )
    audit.security("logged_in", account_id=account.pk, actor=account, session=session.pk)
    return session


def resume(*, session_id: UUID, now: datetime) -> Session | None:
    """Return the session, with its user, that a browser's cookie speaks for; None when it is over.

    Also None when the account may not enter any more. Notes that the session was seen.
    """
    session = selectors.find_session_unscoped(session_id)
    if session is None or not _is_usable(session, now):
        return None
    _note_seen(session, now)
    return session


def keep_store_key(*, session_id: UUID, store_key: str) -> None:
    """Note where allauth keeps what it remembers about a session with tokens."""
    Session.objects.filter(pk=session_id).update(store_key=store_key)


def authenticate(*, access: str, now: datetime) -> Session:
    """Return the session, with its user, that an access token speaks for; note that it was seen.

    :raises InvalidToken: the token is forged or expired, or its session is over
    :raises AccountPendingApproval, AccountRejected, AccountInactive: the account may not enter any more
    """
    claims = tokens.read_access(token=access, now=now)
    session = selectors.find_session_unscoped(claims.session_id)
    if session is None or session.user_id != claims.user_id:
        raise InvalidToken
    _require_usable(session)
    _note_seen(session, now)
    return session


def refresh(*, token: str, now: datetime) -> TokenPair:
    """Exchange a refresh token for the next pair; a second use within ten seconds answers the same pair.

    A later second use means that two parties hold the token: the session ends, whoever of them came first.

    :raises InvalidToken: the token is forged, expired or spent, or its session is over
    :raises AccountPendingApproval, AccountRejected, AccountInactive: the account may not enter any more
    """
    row = tokens.find_refresh_token(token=token)
    _require_usable(row.session)
    if row.expires_at <= now:
        raise InvalidToken
    pair = tokens.exchange(row=row, now=now)
    if pair is None:
        _end_reused(row.session, now)
        raise InvalidToken
    _note_seen(row.session, now)
    return pair


@transaction.atomic
def log_out(*, session_id: UUID | None, refresh: str | None, now: datetime) -> None:
    """End the session that the request came with, and the one that a refresh token belongs to.

    A client whose access token has expired can log out with its refresh token alone, spent or not.

    :raises InvalidToken: the refresh token is not ours; nothing was ended
    :raises Unauthenticated: neither was given
    """
    session_ids = {session_id} if session_id else set()
    if refresh:
        session_ids.add(tokens.find_refresh_token(token=refresh).session_id)
    if not session_ids:
        raise Unauthenticated
    ended = _end(Session.objects.filter(pk__in=session_ids), SessionEnd.LOGGED_OUT, now)
    if ended:
        own = next((session for session in ended if session.pk == session_id), ended[0])
        audit.security(
            "logged_out",
            account_id=own.user_id,
            actor=own.user_id,
            sessions=[session.pk for session in ended],
        )


@transaction.atomic
def end_session(*, actor: User, session_id: UUID, now: datetime) -> None:
    """End one of the actor's own sessions.

    :raises SessionNotFound: it is not there, over, or somebody else's
    """
    own = Session.objects.filter(pk=session_id, user=actor)
    if not _end(own, SessionEnd.ENDED_BY_OWNER, now):
        raise SessionNotFound
    audit.security("session_ended", account_id=actor.pk, actor=actor, session=session_id)


@transaction.atomic
def revoke_session(*, actor: User, session_id: UUID, now: datetime) -> None:
    """End anybody's session, as staff.

    :raises RoleNotAllowed: the actor lacks the right, or the session is a superuser's
    :raises SessionNotFound: it is not there, or over
    """
    rights.require_right(actor=actor, right="users.end_session")
    session = selectors.find_session_unscoped(session_id)
    if session is None:
        raise SessionNotFound
    rights.require_rank(actor=actor, target=session.user)
    if not _end(Session.objects.filter(pk=session_id), SessionEnd.ENDED_BY_STAFF, now):
        raise SessionNotFound
    audit.security("session_revoked", account_id=session.user_id, actor=actor, session=session_id)


@transaction.atomic
def sweep(*, now: datetime) -> None:
    """Remove refresh tokens that have expired, and sessions that have been over for a month.

    Until then the staff can see them. What allauth remembers about clients goes when it has expired.
    """
    RefreshToken.objects.filter(expires_at__lte=now).delete()
    over_before = now - KEPT_AFTERWARDS
    tokens_left = RefreshToken.objects.filter(session=OuterRef("pk"))
    Session.objects.filter(
        Q(ended_at__lte=over_before)
        | Q(expires_at__lte=over_before)
        | Q(~Exists(tokens_left), expires_at=None, last_seen_at__lte=over_before)
    ).delete()
    SessionStore.clear_expired()


def end_all_sessions(
    *, user_id: UUID, reason: SessionEnd, now: datetime, keep: UUID | None = None
) -> None:
    """End every session of an account, except the one to ``keep``; for services that hold its lock."""
    theirs = Session.objects.filter(user_id=user_id)
    _end(theirs.exclude(pk=keep) if keep else theirs, reason, now)


def _end(sessions: QuerySet[Session], reason: SessionEnd, now: datetime) -> list[Session]:
    """End those that are not over and return them; of simultaneous callers one gets each."""
    open_ones = list(sessions.filter(ended_at=None).order_by("pk").select_for_update(no_key=True))
    Session.objects.filter(pk__in=[session.pk for session in open_ones]).update(
        ended_at=now, end_reason=reason, updated_at=now
    )
    return open_ones


@transaction.atomic
def _end_reused(session: Session, now: datetime) -> None:
    """Committed before the refusal that follows, which would take it back."""
    if _end(Session.objects.filter(pk=session.pk), SessionEnd.TOKEN_REUSED, now):
        audit.security("refresh_reused", account_id=session.user_id, session=session.pk)


def _note_seen(session: Session, now: datetime) -> None:
    if now - session.last_seen_at >= SEEN_EVERY:
        # Of simultaneous requests one writes: the others find the condition no longer true.
        Session.objects.filter(pk=session.pk, last_seen_at__lte=now - SEEN_EVERY).update(
            last_seen_at=now
        )


def _require_usable(session: Session) -> None:
    _require_entry(session.user)
    if session.ended_at is not None:
        raise InvalidToken


def _is_usable(session: Session, now: datetime) -> bool:
    return (
        session.ended_at is None
        and (session.expires_at is None or session.expires_at > now)
        and policies.may_enter(
            is_active=session.user.is_active, approval=Approval(session.user.approval)
        )
    )


def _require_entry(user: User) -> None:
    policies.require_entry(is_active=user.is_active, approval=Approval(user.approval))
