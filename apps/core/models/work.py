"""The outbox: everything that must happen after a commit is a row of this table."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.ids import uuid7


class Work(models.Model):
    """One piece of work, written in the transaction that caused it and removed when it is done."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.CharField(_("task"), max_length=200)
    args = models.JSONField(_("arguments"), default=dict)
    context = models.JSONField(_("context"), default=dict)
    key = models.CharField(_("key"), max_length=250)
    queue = models.CharField(_("queue"), max_length=40)
    due_at = models.DateTimeField(_("due at"))
    sent_at = models.DateTimeField(_("message sent at"), null=True)
    claim_id = models.UUIDField(_("claim"), null=True)
    leased_until = models.DateTimeField(_("leased until"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    max_attempts = models.PositiveSmallIntegerField(_("most attempts"))
    last_error = models.TextField(_("last error"), default="", blank=True)
    dead_at = models.DateTimeField(_("given up at"), null=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        db_table = "core_work"
        verbose_name = _("piece of work")
        verbose_name_plural = _("outbox")
        permissions = [("requeue_work", "Can have dead work tried again")]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="core_work_pending", condition=Q(dead_at__isnull=True)
            ),
            models.Index(
                fields=["id"],
                name="core_work_relay",
                condition=Q(dead_at__isnull=True, queue="relay"),
            ),
        ]
        constraints = [
            # A dead row keeps nobody from asking for the same work again.
            models.UniqueConstraint(
                fields=["key"], name="core_work_key_unique", condition=Q(dead_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(claim_id__isnull=True, leased_until__isnull=True)
                | Q(claim_id__isnull=False, leased_until__isnull=False),
                name="core_work_claim_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.key}"
