"""What clients may send about applications."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.applications.domain.lifecycle import STATE_OF_WORD
from apps.applications.enums import ApplicationState

LONGEST_COVER_LETTER = 10_000
LONGEST_REASON = 2_000


class StatusField(serializers.ChoiceField):
    """A status word, read as the stored state that it means."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=list(STATE_OF_WORD), **options)

    def to_internal_value(self, data: Any) -> ApplicationState:
        """Return the stored state."""
        return STATE_OF_WORD[super().to_internal_value(data)]


class ApplySerializer(serializers.Serializer[None]):
    """An application to a posting."""

    job = serializers.UUIDField(help_text="Id of the posting.")
    cv_file = serializers.FileField(
        allow_empty_file=True, help_text="A PDF or a Word document (.docx), told by its content."
    )
    cover_letter = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_COVER_LETTER
    )


class MoveSerializer(serializers.Serializer[None]):
    """A decision about an application."""

    status = StatusField()
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=LONGEST_REASON,
        help_text="The company's own note; the candidate never sees it.",
    )
    version = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        help_text="The version that the decision is about; a stale one is refused with 412.",
    )


class ExportSerializer(serializers.Serializer[None]):
    """Which applications to export."""

    job = serializers.UUIDField(help_text="Id of the posting.")
