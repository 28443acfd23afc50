"""The audit trail: who did what to which row, and who entered. It only grows."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.enums import AuditKind
from apps.core.ids import uuid7


class Audit(models.Model):
    """One entry, in the partition of its month: the database refuses to change, delete or empty it.

    Queries prune partitions by ``id``, which carries the time, and by nothing else.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    kind = models.CharField(_("kind"), max_length=10, choices=AuditKind)
    verb = models.CharField(_("verb"), max_length=60)
    actor_id = models.UUIDField(_("actor"), null=True)
    subject_type = models.CharField(_("kind of subject"), max_length=60)
    subject_id = models.UUIDField(_("subject row"), null=True)
    data = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    ip = models.GenericIPAddressField(_("IP address"), null=True)
    session_id = models.UUIDField(_("session"), null=True)
    request_id = models.CharField(_("request"), max_length=64, default="")

    class Meta:
        db_table = "core_audit"
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        indexes = [
            models.Index(fields=["subject_id", "id"], name="core_audit_subject"),
            models.Index(fields=["actor_id", "id"], name="core_audit_actor"),
            models.Index(
                fields=["request_id"], name="core_audit_request", condition=~Q(request_id="")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AuditKind.values), name="core_audit_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"
