"""Long work that people wait for: where it stands, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import PROTECT, Q
from django.utils.translation import gettext_lazy as _

from apps.core.enums import OperationState
from apps.core.models.base import Entity
from apps.core.models.files import StoredFile

LIVE = (OperationState.QUEUED, OperationState.RUNNING)


class Operation(Entity):
    """One piece of work in the background, of one person about one thing.

    ``run_id`` names the attempt that may write here: one that was given up on and wakes up finds another.
    """

    kind = models.CharField(_("kind"), max_length=60)
    actor_id = models.UUIDField(_("owner"))
    subject_type = models.CharField(_("type of the subject"), max_length=40)
    subject_id = models.UUIDField(_("id of the subject"))
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=OperationState.choices,
        default=OperationState.QUEUED,
        editable=False,
    )
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), null=True)
    run_id = models.UUIDField(_("attempt"), null=True)
    result = models.ForeignKey(
        StoredFile, on_delete=PROTECT, null=True, related_name="+", verbose_name=_("result")
    )
    error_code = models.CharField(_("code of the error"), max_length=80, blank=True, default="")
    error_text = models.TextField(_("error"), blank=True, default="")
    cancel_requested_at = models.DateTimeField(_("cancelling asked for at"), null=True)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    expires_at = models.DateTimeField(_("kept until"), null=True)

    class Meta:
        db_table = "core_operation"
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        constraints = [
            models.UniqueConstraint(
                fields=["actor_id", "kind", "subject_id"],
                condition=Q(state__in=LIVE, cancel_requested_at__isnull=True),
                name="core_operation_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, finished_at__isnull=True, expires_at__isnull=True)
                | Q(
                    state__in=(
                        OperationState.SUCCEEDED,
                        OperationState.FAILED,
                        OperationState.CANCELLED,
                    ),
                    finished_at__isnull=False,
                    expires_at__isnull=False,
                ),
                name="core_operation_end_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=OperationState.FAILED) | ~Q(error_code=""),
                name="core_operation_failure_explained",
            ),
            models.CheckConstraint(
                condition=Q(result__isnull=True) | Q(state=OperationState.SUCCEEDED),
                name="core_operation_result_of_success",
            ),
        ]
        indexes = [
            models.Index(fields=["actor_id", "-id"], name="core_operation_of_owner"),
            models.Index(fields=["id"], name="core_operation_live", condition=Q(state__in=LIVE)),
            models.Index(fields=["expires_at"], name="core_operation_expiring"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.id}"
