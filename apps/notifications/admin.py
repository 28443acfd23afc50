"""Notifications for the staff, to read: what was told stays told."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin import OneTopAdmin, telling
from apps.notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(OneTopAdmin[Notification]):
    """Who was told what, and whether they read it."""

    list_display = ("recipient", "kind", "target_type", "target_id", "occurred_at", "read_at")
    list_filter = ("kind", ("read_at", admin.EmptyFieldListFilter))
    list_select_related = ("recipient",)
    search_fields = ("recipient__email", "recipient__full_name", "=target_id")
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: notifications follow from events."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Notification | None = None) -> bool:
        """Return False: recipients alone mark them as read."""
        return False


telling.name_verbs(told=_("told"), mailed=_("sent a mail to"))
telling.name_details(mail=_("mail"), recipients=_("recipients"), target=_("leads to"))
