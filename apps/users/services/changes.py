"""Changes to how somebody signs in: each is written down, and told to the owner by mail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import audit, mail
from apps.core.ids import uuid7
from apps.users.enums import SecurityChange
from apps.users.models import User


@transaction.atomic
def note_change(*, actor: User, change: SecurityChange, kind: str, now: datetime) -> None:
    """Write down and tell that the actor changed how they sign in; ``kind`` says with what."""
    audit.security(change.value.lower(), account_id=actor.pk, actor=actor, kind=kind)
    with translation.override(actor.language):
        subject = _("The security of your account was changed")
        text = _(
            "Hello %(name)s,\n\n"
            "%(change)s: %(kind)s.\n\n"
            "If it was not you, choose a new password at once, and look at your sessions.\n"
        ) % {"name": actor.full_name, "change": change.label, "kind": kind}
    mail.send(key=f"security:{uuid7()}", to=actor.email, subject=subject, text=text)


@transaction.atomic
def note_key_used(*, actor: User) -> None:
    """Write down that the actor proved who they are with a passkey or a security key."""
    audit.security("key_used", account_id=actor.pk, actor=actor)
