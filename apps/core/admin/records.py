"""What the kernel wrote down for itself: work, mail, idempotency keys and operations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core import operations
from apps.core.admin.base import ReadOnlyAdmin
from apps.core.models import IdempotencyKey, Mail, Operation, Work
from apps.core.work import dead


@admin.register(Work)
class WorkAdmin(ReadOnlyAdmin[Work]):
    """The outbox: what waits, what is being done, what was given up and why."""

    list_display = ("task", "key", "queue", "due_at", "attempts", "leased_until", "dead_at")
    list_filter = ("queue", ("dead_at", admin.EmptyFieldListFilter))
    list_select_related = ()
    search_fields = ("task", "key", "last_error")
    ordering = ("-id",)
    actions = ("requeue",)

    def has_requeue_permission(self, request: HttpRequest) -> bool:
        """Tell whether dead work may be tried again."""
        return request.user.has_perm("core.requeue_work")

    @admin.action(description=_("Try the selected dead work again"), permissions=["requeue"])
    def requeue(self, request: HttpRequest, queryset: QuerySet[Work]) -> HttpResponse | None:
        """Give dead rows all of their attempts again."""
        now = timezone.now()
        return self.confirmed(
            request,
            queryset,
            lambda row: dead.requeue(actor=request.user, work_id=row.id, now=now),
            action="requeue",
            question=_("Try this work again? Each gets all of its attempts, from now on."),
            done=_("Pieces of work tried again: %(count)d"),
        )


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin[Mail]):
    """The mails: who was sent what, and when."""

    list_display = ("subject", "to", "state", "created_at", "sent_at")
    list_filter = ("state",)
    list_select_related = ()
    search_fields = ("to", "subject", "dedupe_key")
    ordering = ("-id",)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin[IdempotencyKey]):
    """The requests that were answered under a key. Their answers are other people's: they are not shown."""

    list_display = ("route", "key", "actor_id", "status", "created_at", "expires_at")
    list_filter = ("status",)
    list_select_related = ()
    search_fields = ("=key", "route")
    ordering = ("-id",)
    fields = list_display


@admin.register(Operation)
class OperationAdmin(ReadOnlyAdmin[Operation]):
    """What people wait for in the background, which staff may stop."""

    list_display = ("kind", "state", "actor_id", "subject_id", "done", "total", "created_at")
    list_filter = ("state", "kind")
    list_select_related = ()
    search_fields = ("kind", "error_code", "actor_id", "subject_id")
    ordering = ("-id",)
    actions = ("cancel_operations",)
    exclude = ("result",)

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may stop other people's operations."""
        return request.user.has_perm("core.change_operation")

    @admin.action(description=_("Cancel the selected operations"), permissions=["cancel"])
    def cancel_operations(
        self, request: HttpRequest, queryset: QuerySet[Operation]
    ) -> HttpResponse | None:
        """Ask the selected operations to stop."""
        actor: Any = request.user
        now = timezone.now()
        return self.confirmed(
            request,
            queryset,
            lambda row: operations.cancel(actor=actor, operation_id=row.pk, now=now),
            action="cancel_operations",
            question=_("Cancel these operations? What was begun is thrown away."),
            done=_("Asked to stop: %(count)d"),
        )
