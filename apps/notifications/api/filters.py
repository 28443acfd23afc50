"""How the list of notifications is narrowed."""

from __future__ import annotations

from rest_framework import serializers

from apps.core.api.filters import Filters


class NotificationFilters(Filters):
    """All of them, or what was not read yet."""

    unread_only = serializers.BooleanField(help_text="Only those that you have not read.")
