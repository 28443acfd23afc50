"""Mails: the row is the promise, the delivery follows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.enums import MailState
from apps.core.models.base import Entity


class Mail(Entity):
    """One mail to one address; ``dedupe_key`` keeps it from ever being written twice."""

    dedupe_key = models.CharField(_("dedupe key"), max_length=250)
    to = models.EmailField(_("to"), max_length=254)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    message_id = models.CharField(_("Message-ID"), max_length=250)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=MailState.choices,
        default=MailState.QUEUED,
        editable=False,
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)

    class Meta:
        db_table = "core_mail"
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], name="core_mail_written_once"),
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | Q(state=MailState.QUEUED, sent_at__isnull=True),
                name="core_mail_sent_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
