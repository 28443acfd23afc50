"""Setting a password: one policy on every path, and every other session ends."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import audit, mail, throttle
from apps.core.clients import network_of
from apps.core.errors import FieldError, InvalidInput
from apps.users import selectors
from apps.users.domain import identity
from apps.users.enums import SessionEnd
from apps.users.models import User
from apps.users.services import sessions


def check_policy(*, password: str, user: User, pointer: str) -> None:
    """Check a new password against the policy and the data of the account that it is for.

    :raises InvalidInput: one error for each rule that it breaks, at ``pointer``
    """
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        broken = tuple(
            FieldError(pointer, rule.code or "invalid", " ".join(rule.messages))
            for rule in error.error_list
        )
        raise InvalidInput(errors=broken) from error


def change(
    *, actor: User, session_id: UUID | None, old_password: str, new_password: str, now: datetime
) -> None:
    """Replace the actor's password, ending every session but the one that asks; None keeps none.

    :raises TooManyRequests: the actor tried too often
    :raises InvalidInput: the old password is wrong, or the new one breaks the policy
    """
    throttle.take("password_change", str(actor.pk))
    if not actor.check_password(old_password):
        raise _wrong_old_password()
    replace(actor=actor, session_id=session_id, new_password=new_password, now=now)


def replace(*, actor: User, session_id: UUID | None, new_password: str, now: datetime) -> None:
    """Replace the password of somebody who has just proved to know it, or has none yet.

    :raises InvalidInput: the new one breaks the policy, or the old one was replaced meanwhile
    """
    check_policy(password=new_password, user=actor, pointer="new_password")
    replaced = _replace(
        user=actor,
        actor=actor,
        password=new_password,
        reason=SessionEnd.PASSWORD_CHANGED,
        keep=session_id,
        now=now,
    )
    if not replaced:
        raise _wrong_old_password()


def request_reset(*, email: str, ip: str | None, now: datetime) -> None:
    """Send a link for a new password to the account with this address; nothing tells whether there is one.

    :raises TooManyRequests: for this address or from this network, whether or not there is an account
    """
    throttle.take("password_reset_address", network_of(ip))
    throttle.take("password_reset", identity.normalise_email(email))
    user = selectors.find_account_by_email_unscoped(email)
    if user is not None and user.is_active:
        _mail_link(user=user, now=now)
    else:
        account_id, address = (user.pk, "") if user else (None, audit.disguise(email))
        audit.security("password_reset_ignored", account_id=account_id, address=address)


@transaction.atomic
def _mail_link(*, user: User, now: datetime) -> None:
    uid, token = user.pk.hex, default_token_generator.make_token(user)
    # auth/password/reset/confirm/ takes the first two, identity the last.
    query = urlencode({"uid": uid, "token": token, "key": f"{uid}-{token}"})
    with translation.override(user.language):
        subject = _("Choose a new password")
        text = _(
            "Hello %(name)s,\n\n"
            "Somebody, probably you, asked for a new password for your account. Choose one here:\n\n"
            "%(link)s\n\n"
            "The link works once, for %(minutes)d minutes. If it was not you, ignore this mail: "
            "your password stays as it is.\n"
        ) % {
            "name": user.full_name,
            "link": f"{settings.FRONTEND_URL}/reset-password?{query}",
            "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
        }
    # The tokens of one second are equal, so asking twice within it is asking once.
    key = f"password_reset:{user.pk}:{int(now.timestamp())}"
    mail.send(key=key, to=user.email, subject=subject, text=text)
    audit.security("password_reset_requested", account_id=user.pk)


def confirm_reset(
    *, user_id: UUID, token: str, new_password: str, ip: str | None, now: datetime
) -> None:
    """Set a new password by a mailed link and end every session of the account.

    :raises TooManyRequests: too many links were tried from this network
    :raises InvalidInput: the link is forged, used or too old, or the password breaks the policy
    """
    throttle.take("password_reset_address", network_of(ip))
    user = selectors.find_account_unscoped(user_id)
    if user is None or not user.is_active or not default_token_generator.check_token(user, token):
        raise _dead_link()
    finish_reset(user=user, new_password=new_password, now=now)


def finish_reset(*, user: User, new_password: str, now: datetime) -> None:
    """Set the password of somebody who has just shown a mailed link, and end every session of the account.

    :raises InvalidInput: the password breaks the policy, or the link was used meanwhile
    """
    check_policy(password=new_password, user=user, pointer="new_password")
    replaced = _replace(
        user=user,
        actor=None,
        password=new_password,
        reason=SessionEnd.PASSWORD_RESET,
        keep=None,
        now=now,
    )
    if not replaced:
        raise _dead_link()


def _replace(
    *,
    user: User,
    actor: User | None,
    password: str,
    reason: SessionEnd,
    keep: UUID | None,
    now: datetime,
) -> bool:
    """Replace the password that was checked, and no other: of two simultaneous changes one succeeds."""
    hashed = make_password(password)
    with transaction.atomic():
        replaced = User.objects.filter(pk=user.pk, password=user.password).update(
            password=hashed, updated_at=now
        )
        if not replaced:
            return False
        sessions.end_all_sessions(user_id=user.pk, reason=reason, now=now, keep=keep)
        audit.security(reason.value.lower(), account_id=user.pk, actor=actor)
    # Whoever goes on with this object must not write the old one back.
    user.password = hashed
    return True


def _wrong_old_password() -> InvalidInput:
    return InvalidInput.field("old_password", "password_incorrect", _("This is not your password"))


def _dead_link() -> InvalidInput:
    return InvalidInput.field(
        "token", "token_invalid", _("This link does not work any more; please ask for a new one")
    )
