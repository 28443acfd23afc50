"""Mail: a row in the transaction that causes it, one delivery after the commit.

A mail server that accepted while we crashed before noting it gets the mail at most once more, with the same
Message-ID, by which mailboxes recognise it.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from apps.core import metrics
from apps.core.enums import MailState
from apps.core.ids import uuid7
from apps.core.models.mail import Mail
from apps.core.work import outbox

DELIVER_TASK = "apps.core.tasks.deliver_mail"


@transaction.atomic
def send(*, key: str, to: str, subject: str, text: str) -> bool:
    """Write a mail down for delivery; a second call with the same ``key`` changes nothing and returns False.

    ``subject`` and ``text`` are finished texts in the recipient's language.
    """
    mail_id = uuid7()
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    mail = Mail(
        id=mail_id,
        dedupe_key=key,
        to=to,
        subject=" ".join(subject.split())[:250],
        text=text,
        message_id=f"<{mail_id}@{domain}>",
    )
    Mail.objects.bulk_create([mail], ignore_conflicts=True)
    is_new = Mail.objects.filter(id=mail_id).exists()
    if is_new:
        outbox.add(DELIVER_TASK, key=f"mail:{mail_id}", mail_id=mail_id)
    return is_new


def deliver(*, mail_id: UUID) -> None:
    """Hand a mail to the mail server unless that was done already."""
    mail = Mail.objects.filter(id=mail_id, state=MailState.QUEUED).first()
    if mail is None:
        return
    metrics.count("mail", "tried")
    EmailMessage(
        subject=mail.subject,
        body=mail.text,
        to=[mail.to],
        headers={"Message-ID": mail.message_id},
    ).send()
    Mail.objects.filter(id=mail.id, state=MailState.QUEUED).update(
        state=MailState.SENT, sent_at=timezone.now()
    )
    metrics.count("mail", "sent")
