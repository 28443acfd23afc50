"""Requests that were answered, so that the same one sent again is answered alike and done once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.ids import uuid7


class IdempotencyKey(models.Model):
    """One request under a key of its client's choice, and its answer.

    Key, change and answer are committed together: nobody ever sees a row without its answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor_id = models.UUIDField(_("actor"))
    route = models.CharField(_("route"), max_length=200)
    key = models.CharField(_("key"), max_length=255)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(_("status"), default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))

    class Meta:
        db_table = "core_idempotency_key"
        verbose_name = _("answered request")
        verbose_name_plural = _("answered requests")
        constraints = [
            models.UniqueConstraint(
                fields=["actor_id", "route", "key"], name="core_idempotency_key_once"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="core_idempotency_key_expiry")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
