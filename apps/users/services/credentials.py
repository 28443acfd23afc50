"""Proofs of who somebody is: a password, a code of an authenticator app, a recovery code.

Every way in asks here: the API, identity's clients, the admin.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.core import audit
from apps.users import selectors
from apps.users.errors import InvalidCredentials, InvalidToken, WrongCode
from apps.users.integrations.allauth import authenticators
from apps.users.models import User
from apps.users.services import attempts

MFA_TOKEN_LIFETIME = timedelta(minutes=5)

_SALT = "apps.users.mfa_token"


def prove_password(*, email: str, password: str, ip: str | None) -> User:
    """Return the account that has this address and this password; which of the two is wrong stays unsaid.

    :raises TooManyRequests: too many passwords and codes were wrong, for this account or from this address
    :raises InvalidCredentials: no account has both
    """
    with attempts.guess(email=email, ip=ip):
        user = selectors.find_account_by_email_unscoped(email)
        if user is None:
            # As much work as a wrong password, so that the time taken does not tell who has an account.
            make_password(password)
            _note_failure(
                account_id=None, reason=InvalidCredentials.code, address=audit.disguise(email)
            )
            raise InvalidCredentials
        if not user.check_password(password):
            _note_failure(account_id=user.pk, reason=InvalidCredentials.code)
            raise InvalidCredentials
    return user


def prove_password_again(*, actor: User, password: str, ip: str | None) -> None:
    """Check that somebody who is signed in knows their password.

    :raises TooManyRequests: as for ``prove_password``
    :raises InvalidCredentials: it is another one
    """
    with attempts.guess(email=actor.email, ip=ip):
        if not actor.check_password(password):
            _note_failure(account_id=actor.pk, reason=InvalidCredentials.code, again=True)
            raise InvalidCredentials


def second_factors(*, user: User) -> list[str]:
    """Return what the account asks for besides its password: nothing, or the kinds that it takes."""
    return authenticators.kinds_of(user.pk)


def prove_code(*, user: User, code: str, ip: str | None, now: datetime) -> str:
    """Use up a code of the account's authenticator app, or one of its recovery codes; return which it was.

    :raises TooManyRequests: as for ``prove_password``
    :raises WrongCode: it is neither, or was used before
    """
    with attempts.guess(email=user.email, ip=ip, wrong=WrongCode):
        kind = authenticators.spend_code(user_id=user.pk, code=code, now=now)
        if kind is None:
            _note_failure(account_id=user.pk, reason=WrongCode.code)
            raise WrongCode
    audit.security("code_used", account_id=user.pk, actor=user, factor=kind)
    return kind


def mfa_token(*, user: User) -> str:
    """Return a text that says, for five minutes, that its bearer knew this account's password."""
    return signing.dumps({"user": str(user.pk), "password": _print_of(user)}, salt=_SALT)


def account_of(*, mfa_token: str) -> User:
    """Return the account whose password the bearer of a token knew.

    :raises InvalidToken: it is forged or too old, or the password was replaced since
    """
    try:
        claims = signing.loads(mfa_token, salt=_SALT, max_age=MFA_TOKEN_LIFETIME)
    except signing.BadSignature as error:
        raise InvalidToken from error
    user = selectors.find_account_unscoped(UUID(claims["user"]))
    if user is None or not constant_time_compare(claims["password"], _print_of(user)):
        raise InvalidToken
    return user


def _print_of(user: User) -> str:
    return salted_hmac(_SALT, user.password, algorithm="sha256").hexdigest()


def _note_failure(*, account_id: UUID | None, reason: str, **data: Any) -> None:
    """Outside of any transaction, or the refusal would take it back; of a stranger's address only a hash."""
    audit.security("login_failed", account_id=account_id, reason=reason, **data)
