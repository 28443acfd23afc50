"""Applications for the staff, to look at: what is decided about them is the companies' affair."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.applications.enums import ApplicationState
from apps.applications.models import Application, ApplicationEvent
from apps.applications.services import pipeline
from apps.core.admin import Line, NamedFilter, OneTopAdmin, Section, dashboard, telling
from apps.core.files import file_response

if TYPE_CHECKING:
    _Inline = admin.TabularInline[ApplicationEvent, Application]
else:
    _Inline = admin.TabularInline


class HistoryInline(_Inline):
    """The steps of one application, in their order."""

    model = ApplicationEvent
    fields = ("version", "kind", "from_state", "to_state", "reason", "actor_id", "at")
    readonly_fields = fields
    ordering = ("version",)
    extra = 0
    verbose_name_plural = _("history")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: steps are recorded by the services."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: history is not rewritten."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: history is not rewritten."""
        return False


_UNSEEN = timedelta(days=7)


class WaitingFilter(NamedFilter):
    """Applications that nobody at the company has opened."""

    title = _("unseen")
    parameter_name = "unseen"
    options = {
        "week": (
            _("for 7 days and more"),
            lambda now: Q(state=ApplicationState.SUBMITTED, applied_at__lte=now - _UNSEEN),
        ),
    }


@admin.register(Application)
class ApplicationAdmin(OneTopAdmin[Application]):
    """Applications, their history and their CVs."""

    list_display = ("candidate", "job_title", "company_name", "state", "applied_at")
    list_filter = ("state", WaitingFilter, "applied_at")
    list_select_related = ("candidate",)
    date_hierarchy = "applied_at"
    search_fields = ("candidate__email", "candidate__full_name", "job_title", "company_name")
    folded_fields = ("candidate__full_name", "job_title", "company_name")
    search_help_text = _(
        "E-mail or name of the candidate, posting or company, accents or not; the id."
    )
    named_by = "job_title"
    # By the key, whose order is that of applying, and which is indexed.
    ordering = ("-id",)
    inlines = (HistoryInline,)
    fieldsets = (
        (None, {"fields": ("id", "state", "candidate", "applied_at")}),
        (_("posting"), {"fields": ("job", "job_title", "job_slug", "company", "company_name")}),
        (_("documents"), {"fields": ("cv_link", "cover_letter")}),
        (_("record"), {"fields": ("version", "created_at", "updated_at")}),
    )
    readonly_fields = ("cv_link",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: candidates apply."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        """Return False: companies and candidates decide."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Return the pages of this table, with the download of a CV among them."""
        download = path(
            "<uuid:application_id>/cv/",
            self.admin_site.admin_view(self.download_cv),
            name="applications_application_cv",
        )
        return [download, *super().get_urls()]

    def download_cv(self, request: HttpRequest, application_id: UUID) -> FileResponse:
        """Give out a CV to staff who may see the application; this is noted, and does not count as seen."""
        application = self.get_object(request, str(application_id))
        if application is None:
            raise Http404
        if not self.has_view_permission(request, application):
            raise PermissionDenied
        actor: Any = request.user
        return file_response(pipeline.open_cv_as_staff(actor=actor, application_id=application_id))

    @admin.display(description=_("CV"))
    def cv_link(self, application: Application) -> SafeString:
        """Return a link to the CV, named as the candidate named it."""
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:applications_application_cv", args=[application.pk]),
            application.cv.original_name,
        )


dashboard.add(
    Line(
        section=Section.WAITS,
        label=_("Applications unseen for 7 days and more"),
        right="applications.view_application",
        rows=lambda now: Application.objects.filter(WaitingFilter.where("week", now)),
        since="applied_at",
        page="admin:applications_application_changelist",
        query={"unseen": "week"},
    ),
)
telling.name_verbs(
    submitted=_("submitted"),
    moved=_("moved"),
    withdrawn=_("withdrew"),
    seen=_("opened"),
    cv_read=_("read the CV of"),
    applications_exported=_("exported applications"),
)
telling.name_details(job_id=_("posting"))
