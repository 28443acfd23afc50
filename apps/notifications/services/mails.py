"""What our mails say: plain text in the recipient's language, with times of Vietnam."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_noop as _

from apps.core import audit, mail

if TYPE_CHECKING:
    from apps.users.models import User

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

SUBJECTS: Mapping[str, str] = {
    "application_submitted": _("New application: %(job)s"),
    "application_withdrawn": _("Application withdrawn: %(job)s"),
    "application_seen": _("%(company)s is looking at your application"),
    "application_interview": _("%(company)s would like to interview you"),
    "application_offer": _("%(company)s has an offer for you"),
    "application_hired": _("Welcome to %(company)s"),
    "application_rejected": _("Your application to %(company)s"),
    "welcome_candidate": _("Welcome to OneTop"),
    "welcome_recruiter": _("Your OneTop account is waiting for approval"),
    "recruiter_approved": _("Your OneTop recruiter account has been approved"),
    "recruiter_rejected": _("Your OneTop recruiter account"),
}
"""Every mail by the name of its template, with its subject."""


@transaction.atomic
def write_mail(
    *, name: str, key: str, to: User, path: str, context: Mapping[str, Any] | None = None
) -> None:
    """Write the named mail to one person, once for each key; ``path`` is the page that it leads to.

    Who cannot sign in because the account was switched off gets none.
    """
    if not to.is_active:
        return
    values = {
        **(context or {}),
        "name": to.full_name,
        "frontend_url": settings.FRONTEND_URL,
        "link": f"{settings.FRONTEND_URL}{path}",
    }
    with translation.override(to.language), timezone.override(VIETNAM):
        subject = translation.gettext(SUBJECTS[name]) % values
        text = render_to_string(f"notifications/mail/{name}.txt", values)
    if mail.send(key=key, to=to.email, subject=subject, text=f"{text.strip()}\n"):
        audit.record(None, "mailed", to, mail=name)
