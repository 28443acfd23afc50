"""The base of every page of the admin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core import operations
from apps.core.audit.partitions import first_id
from apps.core.errors import DomainError
from apps.core.models import Audit, IdempotencyKey, Mail, Operation, Work
from apps.core.wording import worded
from apps.core.work import dead

_Row = TypeVar("_Row", bound=Model)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    _ModelAdmin = admin.ModelAdmin
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator

    class _ModelAdmin(admin.ModelAdmin):
        """Lets subclasses name their model, which Django's class allows to type checkers only."""

        def __class_getitem__(cls, _model: object) -> type[Self]:
            """Return the class itself."""
            return cls


_KEPT_BY_THE_PLATFORM = ("id", "created_at", "updated_at", "version", "deleted_at")


class OneTopAdmin(_ModelAdmin[_Row]):
    """Shows rows and lets staff call services on them.

    Rows are not deleted here: deleting is a service with rules of its own, or does not exist. Each subclass
    states ``list_select_related`` (a test asks for it), so that no list costs a query a row.
    """

    list_select_related: ClassVar[bool | list[str] | tuple[str, ...]] = ()
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: _Row | None = None) -> list[str]:
        """Return what the page declares and what the platform itself keeps."""
        own = {field.name for field in self.model._meta.get_fields()}
        declared = [str(name) for name in super().get_readonly_fields(request, obj)]
        kept = [name for name in _KEPT_BY_THE_PLATFORM if name in own and name not in declared]
        return [*declared, *kept]

    def has_delete_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        """Return False: see the class."""
        return False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the row's audit entries, which tell of every way to change it and not of the admin alone."""
        query = urlencode({"q": object_id, DayFilter.parameter_name: DayFilter.ALL})
        return HttpResponseRedirect(f"{reverse('admin:core_audit_changelist')}?{query}")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show and take the form of a row; what a service refuses is told on the page, and nothing was changed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            self.message_user(request, worded(refusal.detail), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def call_for_each(
        self,
        request: HttpRequest,
        rows: Iterable[_Row],
        service: Callable[[_Row], Any],
        *,
        done: str,
    ) -> None:
        """Call a service for each selected row; say how many it did, and which it refused and why.

        ``done`` is a translated text with ``%(count)d``. A refusal of one row does not stop the others.
        """
        count = 0
        for row in rows:
            try:
                service(row)
            except DomainError as refusal:
                self.message_user(request, f"{row}: {worded(refusal.detail)}", messages.ERROR)
            else:
                count += 1
        if count:
            self.message_user(request, done % {"count": count}, messages.SUCCESS)

    def ask_first(
        self, request: HttpRequest, rows: Iterable[_Row], *, action: str, question: Any
    ) -> HttpResponse | None:
        """Return the page that lists the rows and asks; None once it was confirmed.

        The template ``<app>/confirm_action.html`` may say more of a row.
        """
        if "confirmed" in request.POST:
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": question,
            "opts": self.model._meta,
            "rows": rows,
            "action": action,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        app = self.model._meta.app_label
        templates = [f"{app}/confirm_action.html", "core/confirm_action.html"]
        return TemplateResponse(request, templates, context)


class _ReadOnlyAdmin(OneTopAdmin[_Row]):
    """Shows what the platform wrote down for itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: only services write these rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        """Return False: only services write these rows."""
        return False


@admin.register(Work)
class WorkAdmin(_ReadOnlyAdmin[Work]):
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
        question = _("Try this work again? Each gets all of its attempts, from now on.")
        page = self.ask_first(request, queryset, action="requeue", question=question)
        if page is None:
            now = timezone.now()
            self.call_for_each(
                request,
                queryset,
                lambda row: dead.requeue(actor=request.user, work_id=row.id, now=now),
                done=gettext("Pieces of work tried again: %(count)d"),
            )
        return page


@admin.register(Mail)
class MailAdmin(_ReadOnlyAdmin[Mail]):
    """The mails: who was sent what, and when."""

    list_display = ("subject", "to", "state", "created_at", "sent_at")
    list_filter = ("state",)
    list_select_related = ()
    search_fields = ("to", "subject", "dedupe_key")
    ordering = ("-id",)


class DayFilter(admin.SimpleListFilter):
    """Entries of one day (any, as ``?day=2026-11-25``) or of a span; the last 30 days unless asked for more."""

    ALL = "all"
    title = _("day")
    parameter_name = "day"
    _default = "30"
    _days_offered = 7

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, StrOrPromise]]:
        """Return the last days one by one, and the spans."""
        today = timezone.localdate()
        days = [str(today - timedelta(days=back)) for back in range(self._days_offered)]
        return [*((day, day) for day in days), ("366", _("last 12 months")), (self.ALL, _("all"))]

    def choices(self, changelist: Any) -> Any:
        """Call the choice that nobody made by its name."""
        first, *others = super().choices(changelist)
        return [{**first, "display": _("last 30 days")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Audit]) -> QuerySet[Audit]:
        """Keep a range of ids, because only that spares the partitions of other months."""
        value = self.value() or self._default
        if value == self.ALL:
            return queryset
        if value.isdecimal() and len(value) <= 4:
            return queryset.filter(id__gte=first_id(timezone.now() - timedelta(days=int(value))))
        try:
            day = parse_date(value)
        except ValueError:
            day = None
        if day is None or not 1970 < day.year < 9999:
            return queryset.none()
        start, end = (
            timezone.make_aware(datetime.combine(each, time.min))
            for each in (day, day + timedelta(days=1))
        )
        return queryset.filter(id__gte=first_id(start), id__lt=first_id(end))


class CappedPaginator(_Paginator):
    """Pages of a list too long to be counted: counting stops where nobody turns pages any more."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        """Return the number of rows, or the most that are counted."""
        rows: QuerySet[Audit] = self.object_list  # type: ignore[assignment]
        return rows[: self.MOST].count()


@admin.register(Audit)
class AuditAdmin(_ReadOnlyAdmin[Audit]):
    """The audit trail: who did what to which row, from where, and in which request."""

    list_display = (
        "at",
        "kind",
        "verb",
        "subject_type",
        "subject_id",
        "actor",
        "ip",
        "request_id",
    )
    list_filter = ("kind", DayFilter)
    list_select_related = ()
    fields = (
        *("id", "at", "kind", "verb", "actor", "actor_id", "subject_type", "subject_id"),
        *("data", "ip", "session_id", "request_id"),
    )
    readonly_fields = ("actor",)
    search_fields = ("verb", "request_id")
    search_help_text = _(
        "Words that must all fit: the id of an actor, a subject or a request; a verb; a kind of subject."
    )
    ordering = ("-id",)
    sortable_by = ()
    paginator = CappedPaginator

    def get_queryset(self, request: HttpRequest) -> QuerySet[Audit]:
        """Return the entries, with the names by which the actors sign in."""
        people = get_user_model()
        name = people._base_manager.filter(pk=OuterRef("actor_id")).values(people.USERNAME_FIELD)
        return super().get_queryset(request).annotate(actor_name=Subquery(name))

    @admin.display(description=_("actor"))
    def actor(self, entry: Any) -> str | None:
        """Show who it was: nobody where the platform acted by itself."""
        name: str | None = entry.actor_name
        return name or (str(entry.actor_id) if entry.actor_id else None)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Audit], search_term: str
    ) -> tuple[QuerySet[Audit], bool]:
        """Find whole words only: each is looked up in an index."""
        for word in search_term.split():
            queryset = queryset.filter(_fits(word))
        return queryset, False


def _fits(word: str) -> Q:
    by_request = Q(request_id=word)
    try:
        key = UUID(word)
    except ValueError:
        return by_request | Q(verb=word) | Q(subject_type=word)
    return by_request | Q(actor_id=key) | Q(subject_id=key)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(_ReadOnlyAdmin[IdempotencyKey]):
    """The requests that were answered under a key. Their answers are other people's: they are not shown."""

    list_display = ("route", "key", "actor_id", "status", "created_at", "expires_at")
    list_filter = ("status",)
    list_select_related = ()
    search_fields = ("=key", "route")
    ordering = ("-id",)
    fields = list_display


@admin.register(Operation)
class OperationAdmin(_ReadOnlyAdmin[Operation]):
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
    def cancel_operations(self, request: HttpRequest, queryset: QuerySet[Operation]) -> None:
        """Ask the selected operations to stop."""
        actor: Any = request.user
        now = timezone.now()
        self.call_for_each(
            request,
            queryset,
            lambda row: operations.cancel(actor=actor, operation_id=row.pk, now=now),
            done=gettext("Asked to stop: %(count)d"),
        )
