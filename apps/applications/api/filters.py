"""Query parameters of the list of applications."""

from __future__ import annotations

from rest_framework import serializers

from apps.applications.api.serializers import StatusField
from apps.core.api.filters import Filters, Several


class ApplicationFilters(Filters):
    """Which applications, in which order."""

    status = Several(StatusField(), help_text="Status words; several mean any of them.")
    job = Several(serializers.UUIDField(), help_text="Ids of postings; several mean any of them.")
    ordering = serializers.ChoiceField(choices=["applied_at", "-applied_at"], default="-applied_at")
