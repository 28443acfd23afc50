"""Sessions for the staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.admin import OneTopAdmin
from apps.users.models import Session
from apps.users.services import sessions


@admin.register(Session)
class SessionAdmin(OneTopAdmin[Session]):
    """Where people are signed in."""

    list_display = (
        "user",
        "ip",
        "user_agent",
        "created_at",
        "last_seen_at",
        "ended_at",
        "end_reason",
    )
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "end_reason")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__full_name")
    # By the key, whose order is that of creation: nothing else is indexed.
    ordering = ("-id",)
    actions = ("end_sessions",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: a session begins by signing in."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        """Return False: a session can only be ended."""
        return False

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Tell whether sessions may be ended."""
        return request.user.has_perm("users.end_session")

    @admin.action(description=_("End the selected sessions"), permissions=["end"])
    def end_sessions(
        self, request: HttpRequest, queryset: QuerySet[Session]
    ) -> HttpResponse | None:
        """End sessions at once."""
        actor: Any = request.user
        now = timezone.now()
        return self.confirmed(
            request,
            queryset,
            lambda row: sessions.revoke_session(actor=actor, session_id=row.pk, now=now),
            action="end_sessions",
            question=_("End these sessions? Whoever uses them has to sign in again."),
            done=_("Sessions ended: %(count)d"),
        )
