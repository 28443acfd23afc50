"""Postings and places for the staff. Everything that changes goes through the services."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.admin import (
    DeletedFilter,
    Line,
    NamedFilter,
    OneTopAdmin,
    Section,
    dashboard,
    telling,
)
from apps.jobs.domain import lifecycle
from apps.jobs.enums import JobState
from apps.jobs.models import Job, Place, PlaceAlias
from apps.jobs.selectors.places import alias_is_free_unscoped
from apps.jobs.services import publishing, taxonomy

if TYPE_CHECKING:
    _AliasForm = forms.ModelForm[PlaceAlias]
    _AliasInline = admin.TabularInline[PlaceAlias, Place]
else:
    _AliasForm = forms.ModelForm
    _AliasInline = admin.TabularInline


def _live(now: datetime) -> Q:
    return Q(
        deleted_at__isnull=True,
        company__deleted_at__isnull=True,
        state=JobState.PUBLISHED,
        expires_at__gt=now,
    )


class ShownFilter(NamedFilter):
    """Postings by what everybody sees of them."""

    title = _("shown")
    parameter_name = "shown"
    options = {
        "live": (_("live"), _live),
        "ending": (
            _("live, ends today"),
            lambda now: _live(now) & Q(deadline=lifecycle.today(now)),
        ),
        "expired": (
            _("published, deadline passed"),
            lambda now: Q(deleted_at__isnull=True, state=JobState.PUBLISHED, expires_at__lte=now),
        ),
        "orphaned": (
            _("of a deleted company"),
            lambda _now: Q(deleted_at__isnull=True, company__deleted_at__isnull=False),
        ),
    }


@admin.register(Job)
class JobAdmin(OneTopAdmin[Job]):
    """Postings of all companies. Their texts are the companies' own: staff close and restore them."""

    list_display = (
        "title",
        "company",
        "place",
        "job_type",
        "state",
        "deadline",
        "published_at",
        "deleted_at",
    )
    list_filter = (
        ShownFilter,
        DeletedFilter,
        "state",
        "job_type",
        ("place", admin.RelatedFieldListFilter),
        "deadline",
    )
    list_select_related = ("company", "place")
    search_fields = ("title", "company__name", "slug")
    folded_fields = ("title", "company__name")
    search_help_text = _(
        "Words of the title or of the company's name, accents or not; the slug or the id."
    )
    named_by = "title"
    # By the key, whose order is that of creation, and which is indexed.
    ordering = ("-id",)
    date_hierarchy = "created_at"
    actions = ("close_postings", "restore_postings")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: companies write postings."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        """Return False: companies change them."""
        return False

    def has_take_down_permission(self, request: HttpRequest) -> bool:
        """Tell whether postings may be closed."""
        return request.user.has_perm("jobs.take_down_job")

    def has_restore_permission(self, request: HttpRequest) -> bool:
        """Tell whether deleted postings may be brought back."""
        return request.user.has_perm("jobs.restore_job")

    @admin.action(description=_("Close the selected postings"), permissions=["take_down"])
    def close_postings(self, request: HttpRequest, queryset: QuerySet[Job]) -> HttpResponse | None:
        """Close each selected posting."""
        actor: Any = request.user
        now = timezone.now()
        return self.confirmed(
            request,
            queryset,
            lambda job: publishing.take_down_job(actor=actor, job_id=job.id, now=now),
            action="close_postings",
            question=_("Close these postings? They take no more applications, and cannot reopen."),
            done=_("Postings closed: %(count)d"),
        )

    @admin.action(description=_("Restore the selected postings"), permissions=["restore"])
    def restore_postings(
        self, request: HttpRequest, queryset: QuerySet[Job]
    ) -> HttpResponse | None:
        """Bring each selected posting back."""
        actor: Any = request.user
        return self.confirmed(
            request,
            queryset,
            lambda job: publishing.restore_job(actor=actor, job_id=job.id),
            action="restore_postings",
            question=_("Restore these postings, each in the state that it had?"),
            done=_("Postings restored: %(count)d"),
        )


class AliasForm(_AliasForm):
    """Another name of a place."""

    class Meta:
        model = PlaceAlias
        fields = ("place", "name", "kind")

    def clean_name(self) -> str:
        """Return the name if it leads to no place yet."""
        name: str = self.cleaned_data["name"]
        if not alias_is_free_unscoped(name=name, alias_id=self.instance.id):
            raise forms.ValidationError(_("This name already leads to a place, or has no letter"))
        return name


class AliasInline(_AliasInline):
    """The other names, beside the place that they lead to."""

    model = PlaceAlias
    fields = readonly_fields = ("name", "kind", "folded")
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Place | None = None) -> bool:
        """Return False: names have a page of their own."""
        return False


@admin.register(Place)
class PlaceAdmin(OneTopAdmin[Place]):
    """Provinces and cities as the law names them; new ones come with a release."""

    list_display = ("code", "name", "full_name", "kind")
    list_filter = ("kind",)
    list_select_related = False
    search_fields = ("code", "name", "aliases__name", "aliases__folded")
    ordering = ("code",)
    inlines = (AliasInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: see the class."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Place | None = None) -> bool:
        """Return False: see the class."""
        return False


@admin.register(PlaceAlias)
class PlaceAliasAdmin(OneTopAdmin[PlaceAlias]):
    """Other names of places: what people type and search for."""

    form = AliasForm
    list_display = ("name", "place", "kind", "folded")
    list_filter = ("kind", ("place", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("place",)
    search_fields = ("name", "folded", "place__name")
    ordering = ("place__code", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: PlaceAlias | None = None) -> list[str]:
        """Return what cannot be changed: a name that is there stays with its place."""
        names = super().get_readonly_fields(request, obj)
        return [*names, "place", "folded"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: PlaceAlias | None = None) -> bool:
        """Tell whether a name may be removed."""
        return request.user.has_perm("jobs.delete_placealias")

    def save_model(
        self,
        request: HttpRequest,
        obj: PlaceAlias,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Hand what was entered to the services."""
        actor: Any = request.user
        entered, now = form.cleaned_data, timezone.now()
        if change:
            taxonomy.rename_alias(
                actor=actor, alias_id=obj.id, name=entered["name"], kind=entered["kind"], now=now
            )
            return
        obj.pk = taxonomy.add_alias(
            actor=actor,
            place_code=entered["place"].code,
            name=entered["name"],
            kind=entered["kind"],
            now=now,
        ).pk

    def delete_model(self, request: HttpRequest, obj: PlaceAlias) -> None:
        """Remove a name."""
        actor: Any = request.user
        taxonomy.remove_alias(actor=actor, alias_id=obj.id, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[PlaceAlias]) -> None:
        """Remove the selected names."""
        actor: Any = request.user
        for alias in queryset:
            taxonomy.remove_alias(actor=actor, alias_id=alias.id, now=timezone.now())


dashboard.add(
    Line(
        section=Section.SOON,
        label=_("Postings that end today"),
        right="jobs.view_job",
        rows=lambda now: Job.objects.filter(ShownFilter.where("ending", now)),
        since="expires_at",
        page="admin:jobs_job_changelist",
        query={"shown": "ending"},
    ),
)
telling.name_verbs(
    published=_("published"),
    closed=_("closed"),
    taken_down=_("closed as staff"),
    added=_("added"),
    renamed=_("renamed"),
    removed=_("removed"),
)
telling.name_details(location=_("place"), place=_("place"), job=_("posting"))
