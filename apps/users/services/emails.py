"""Verifying addresses: wanted, not required. Unverified accounts act as others do, but get no alerts."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import audit, mail, throttle
from apps.core.errors import InvalidInput
from apps.users import selectors
from apps.users.integrations.allauth import addresses
from apps.users.models import User


@transaction.atomic
def send_link(*, user: User, now: datetime) -> None:
    """Mail a link by which the owner of an account proves to read its address."""
    addresses.keep(user_id=user.pk, email=user.email, verified=False)
    query = urlencode({"key": addresses.key_of(user_id=user.pk, email=user.email)})
    with translation.override(user.language):
        subject = _("Please confirm your e-mail address")
        text = _(
            "Hello %(name)s,\n\n"
            "Please confirm that this is your address, so that we can write to you:\n\n"
            "%(link)s\n\n"
            "If you did not open an account with us, ignore this mail.\n"
        ) % {"name": user.full_name, "link": f"{settings.FRONTEND_URL}/verify-email?{query}"}
    # The links of one second are equal, so asking twice within it is asking once.
    key = f"verify_email:{user.pk}:{int(now.timestamp())}"
    mail.send(key=key, to=user.email, subject=subject, text=text)


@transaction.atomic
def ask_again(*, actor: User, now: datetime) -> bool:
    """Mail the actor another link, unless there is nothing left to verify; tell whether one was sent.

    :raises TooManyRequests: the actor asked too often
    """
    throttle.take("email_verification", str(actor.pk))
    if selectors.is_email_verified(viewer=actor):
        return False
    send_link(user=actor, now=now)
    audit.security("email_verification_requested", account_id=actor.pk, actor=actor)
    return True


def verify(*, key: str) -> User:
    """Note that the owner of an account reads its address, as the mailed link proves.

    :raises InvalidInput: the link is forged or too old, was used, or the address is no longer the account's
    """
    owner = addresses.owner_of(key)
    if owner is None:
        raise _dead_link()
    user_id, email = owner
    return note_verified(user_id=user_id, email=email)


@transaction.atomic
def note_verified(*, user_id: UUID, email: str) -> User:
    """Note that the owner of an account has proved to read its address.

    :raises InvalidInput: it is no longer the account's
    """
    user = selectors.find_account_unscoped(user_id)
    if user is None or user.email != email:
        raise _dead_link()
    addresses.keep(user_id=user.pk, email=email, verified=True)
    audit.security("email_verified", account_id=user.pk, actor=user)
    return user


def _dead_link() -> InvalidInput:
    return InvalidInput.field(
        "key", "key_invalid", _("This link does not work any more; please ask for a new one")
    )
