"""The audit trail for staff: read only, searched by whole words, and never counted to its end."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.core.admin import telling
from apps.core.admin.base import ReadOnlyAdmin
from apps.core.admin.ways import way_of
from apps.core.audit.partitions import first_id
from apps.core.models import Audit

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from apps.core.admin.site import StaffSite


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


class VerbFilter(admin.SimpleListFilter):
    """Entries of one verb: those that occur among the newest are offered, any can be asked for."""

    title = _("verb")
    parameter_name = "verb"
    _looked_at = 1_000

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, StrOrPromise]]:
        """Return the verbs of the newest entries, and the one that was asked for."""
        newest = Audit.objects.order_by("-id").values_list("verb", flat=True)[: self._looked_at]
        chosen = self.value()
        return [
            (verb, telling.verb_label(verb))
            for verb in sorted({*newest, *([chosen] if chosen else [])})
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Audit]) -> QuerySet[Audit]:
        """Keep what was chosen."""
        verb = self.value()
        return queryset.filter(verb=verb) if verb else queryset


@admin.register(Audit)
class AuditAdmin(ReadOnlyAdmin[Audit]):
    """The audit trail: who did what to which row, from where, and in which request."""

    list_display = ("at", "actor", "deed", "subject", "details", "way")
    list_filter = ("kind", DayFilter, VerbFilter)
    list_select_related = ()
    fieldsets = (
        (None, {"fields": ("at", "actor", "deed", "subject", "details", "way")}),
        (
            _("as it was recorded"),
            {
                "fields": (
                    *("id", "kind", "verb", "actor_id", "subject_type", "subject_id"),
                    *("data", "ip", "session_id", "request_id"),
                )
            },
        ),
    )
    readonly_fields = ("actor", "deed", "subject", "details", "way")
    search_fields = ("verb", "request_id")
    search_help_text = _(
        "Words that must all fit: the id of an actor, a subject or a request; a verb; a kind of subject."
    )
    ordering = ("-id",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Audit]:
        """Return the entries, with the names by which the actors sign in."""
        return telling.with_actors(super().get_queryset(request))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list, whose rows know what they are about."""
        changelist = super().get_changelist_instance(request)
        changelist.result_list = list(changelist.result_list)
        self._name_subjects(request, changelist.result_list)
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Return an entry, which knows what it is about."""
        entry = super().get_object(request, object_id, from_field)
        if entry is not None:
            self._name_subjects(request, [entry])
        return entry

    @property
    def _site(self) -> StaffSite:
        return cast("StaffSite", self.admin_site)

    def _name_subjects(self, request: HttpRequest, entries: list[Any]) -> None:
        subjects = telling.subjects_of(entries, request=request, site=self._site)
        for entry in entries:
            entry.subject = subjects[entry.subject_type, entry.subject_id]

    @admin.display(description=_("actor"))
    def actor(self, entry: Any) -> str:
        """Show who it was."""
        return telling.actor_of(entry)

    @admin.display(description=_("what"))
    def deed(self, entry: Audit) -> str:
        """Show what was done."""
        return telling.verb_label(entry.verb)

    @admin.display(description=_("to what"))
    def subject(self, entry: Any) -> SafeString:
        """Show the row, with the way to its page where the reader may see it."""
        about = entry.subject
        if not about.address:
            return format_html("{} <small>{}</small>", about.kind, entry.subject_id or "")
        return format_html('{} <a href="{}">{}</a>', about.kind, about.address, about.name)

    @admin.display(description=_("details"))
    def details(self, entry: Audit) -> SafeString:
        """Show what was changed, from what to what."""
        return format_html_join(
            "", "<div>{}</div>", ((line,) for line in telling.details_of(entry, site=self._site))
        )

    @admin.display(description=_("by way of"))
    def way(self, entry: Audit) -> str:
        """Show how it was asked for."""
        return f"{way_of(entry)} · {entry.ip}" if entry.ip else str(way_of(entry))

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
