"""What the kernel wrote down for itself: work, mail, idempotency keys and operations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from apps.core import operations
from apps.core.admin import dashboard
from apps.core.admin.base import ReadOnlyAdmin
from apps.core.admin.dashboard import Line, Section
from apps.core.admin.filters import NamedFilter
from apps.core.enums import MailState, OperationState
from apps.core.models import IdempotencyKey, Mail, Operation, Work
from apps.core.work import dead

# What takes longer than this is not merely on its way.
_LATE = timedelta(minutes=5)
_UNDELIVERED = timedelta(minutes=15)
_ERROR_SHOWN = 80


class WorkStateFilter(NamedFilter):
    """Where a piece of work stands."""

    title = _("state")
    parameter_name = "state"
    options = {
        "waiting": (
            _("not due yet"),
            lambda now: Q(dead_at__isnull=True, leased_until__isnull=True, due_at__gt=now),
        ),
        "due": (
            _("due"),
            lambda now: Q(dead_at__isnull=True, leased_until__isnull=True, due_at__lte=now),
        ),
        "late": (
            _("overdue by 5 minutes and more"),
            lambda now: (
                Q(dead_at__isnull=True, due_at__lte=now - _LATE)
                & (Q(leased_until__isnull=True) | Q(leased_until__lte=now))
            ),
        ),
        "running": (_("being done"), lambda now: Q(dead_at__isnull=True, leased_until__gt=now)),
        "retrying": (
            _("failed, to be tried again"),
            lambda _now: Q(dead_at__isnull=True, attempts__gt=0) & ~Q(last_error=""),
        ),
        "dead": (_("given up"), lambda _now: Q(dead_at__isnull=False)),
    }


class DeliveryFilter(NamedFilter):
    """Mails by whether their server has taken them."""

    title = _("delivery")
    parameter_name = "delivery"
    options = {
        "sent": (_("sent"), lambda _now: Q(state=MailState.SENT)),
        "queued": (_("on its way"), lambda _now: Q(state=MailState.QUEUED)),
        "stuck": (
            _("not delivered for 15 minutes and more"),
            lambda now: Q(state=MailState.QUEUED, created_at__lte=now - _UNDELIVERED),
        ),
    }


@admin.register(Work)
class WorkAdmin(ReadOnlyAdmin[Work]):
    """The outbox: what waits, what is being done, what was given up and why."""

    list_display = ("task", "key", "queue", "due_at", "attempts", "dead_at", "error")
    list_filter = (WorkStateFilter, "queue")
    list_select_related = ()
    search_fields = ("task", "key", "last_error")
    search_help_text = _("Part of the task, of the key (it has ids in it) or of the last error.")
    ordering = ("-id",)
    actions = ("requeue",)

    @admin.display(description=_("last error"))
    def error(self, row: Work) -> str:
        """Show how the last error begins."""
        return Truncator(row.last_error).chars(_ERROR_SHOWN)

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
    list_filter = (DeliveryFilter, "created_at")
    list_select_related = ()
    search_fields = ("to", "subject", "dedupe_key")
    search_help_text = _("Part of the address or of the subject.")
    ordering = ("-id",)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin[IdempotencyKey]):
    """The requests that were answered under a key. Their answers are other people's: they are not shown."""

    list_display = ("route", "key", "actor_id", "status", "created_at", "expires_at")
    list_filter = ("created_at",)
    list_select_related = ()
    search_fields = ("=key", "route")
    search_help_text = _("The whole key, or part of the route.")
    ordering = ("-id",)
    fields = list_display


@admin.register(Operation)
class OperationAdmin(ReadOnlyAdmin[Operation]):
    """What people wait for in the background, which staff may stop."""

    list_display = ("kind", "state", "actor_id", "subject_id", "done", "total", "created_at")
    list_filter = ("state", "kind")
    list_select_related = ()
    search_fields = ("kind", "error_code", "=actor_id", "=subject_id")
    search_help_text = _(
        "Part of the kind or of the error's code; the id of the owner or of the subject."
    )
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


dashboard.add(
    Line(
        section=Section.WRONG,
        label=_("Work that was given up"),
        right="core.view_work",
        rows=lambda now: Work.objects.filter(WorkStateFilter.where("dead", now)),
        since="dead_at",
        page="admin:core_work_changelist",
        query={"state": "dead"},
    ),
    Line(
        section=Section.WRONG,
        label=_("Work overdue by 5 minutes and more"),
        right="core.view_work",
        rows=lambda now: Work.objects.filter(WorkStateFilter.where("late", now)),
        since="due_at",
        page="admin:core_work_changelist",
        query={"state": "late"},
    ),
    Line(
        section=Section.WRONG,
        label=_("Mails not delivered for 15 minutes and more"),
        right="core.view_mail",
        rows=lambda now: Mail.objects.filter(DeliveryFilter.where("stuck", now)),
        since="created_at",
        page="admin:core_mail_changelist",
        query={"delivery": "stuck"},
    ),
    Line(
        section=Section.WRONG,
        label=_("Failed operations"),
        right="core.view_operation",
        rows=lambda _now: Operation.objects.filter(state=OperationState.FAILED),
        since="finished_at",
        page="admin:core_operation_changelist",
        query={"state__exact": OperationState.FAILED.value},
    ),
)
