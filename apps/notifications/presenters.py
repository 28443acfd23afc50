"""Notifications as they are read: worded in the active language, the same over HTTP and the socket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework import serializers

from apps.applications.enums import ApplicationState
from apps.notifications.enums import NotificationKind, TargetType
from apps.notifications.models import Notification

Kind = NotificationKind
Wording = Callable[[], str]

_VERBS: Mapping[Kind, Wording] = {
    Kind.APPLICATION_SUBMITTED: lambda: _("submitted an application"),
    Kind.APPLICATION_SEEN: lambda: _("viewed your application"),
    Kind.APPLICATION_MOVED: lambda: _("updated your application"),
    Kind.APPLICATION_WITHDRAWN: lambda: _("withdrew an application"),
    Kind.RECRUITER_APPROVED: lambda: _("approved your account"),
    Kind.RECRUITER_REJECTED: lambda: _("rejected your account"),
}

_DESCRIPTIONS: Mapping[Kind, Wording] = {
    Kind.APPLICATION_SUBMITTED: lambda: _("%(candidate)s has applied for “%(job)s”."),
    Kind.APPLICATION_SEEN: lambda: _("%(company)s has viewed your application for “%(job)s”."),
    Kind.APPLICATION_WITHDRAWN: lambda: _(
        "%(candidate)s has withdrawn the application for “%(job)s”."
    ),
    Kind.RECRUITER_APPROVED: lambda: _(
        "Your recruiter account has been approved. You can create your company and post jobs now."
    ),
    Kind.RECRUITER_REJECTED: lambda: _("Your recruiter account has not been approved."),
}

_MOVES: Mapping[str, Wording] = {
    ApplicationState.SEEN: lambda: _("%(company)s is reviewing your application for “%(job)s”."),
    ApplicationState.INTERVIEW: lambda: _("%(company)s would like to interview you for “%(job)s”."),
    ApplicationState.OFFER: lambda: _("%(company)s has made you an offer for “%(job)s”."),
    ApplicationState.HIRED: lambda: _("Congratulations! %(company)s has hired you for “%(job)s”."),
    ApplicationState.REJECTED: lambda: _(
        "%(company)s has decided not to continue with your application for “%(job)s”."
    ),
}


def describe(notification: Notification) -> str:
    """Return what happened as one sentence in the active language."""
    if notification.kind == Kind.APPLICATION_MOVED:
        sentence = _MOVES[notification.params["state"]]()
    else:
        sentence = _DESCRIPTIONS[Kind(notification.kind)]()
    return sentence % dict[str, str](notification.params)


class TargetSerializer(serializers.Serializer[Notification]):
    """What a notification leads to."""

    type = serializers.ChoiceField(choices=TargetType.choices, source="target_type")
    id = serializers.UUIDField(source="target_id")


class NotificationSerializer(serializers.Serializer[Notification]):
    """One notification. ``message`` repeats ``description`` under the name that the dashboard reads."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=NotificationKind.choices)
    verb = serializers.SerializerMethodField()
    description = serializers.SerializerMethodField()
    message = serializers.SerializerMethodField()
    target = TargetSerializer(source="*")
    is_read = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(source="occurred_at")

    def get_verb(self, notification: Notification) -> str:
        """Return what the actor did, as the second half of a headline."""
        return _VERBS[Kind(notification.kind)]()

    def get_description(self, notification: Notification) -> str:
        """Return what happened as one sentence."""
        return describe(notification)

    def get_message(self, notification: Notification) -> str:
        """Return what happened as one sentence."""
        return describe(notification)

    def get_is_read(self, notification: Notification) -> bool:
        """Return whether the recipient has read it."""
        return notification.read_at is not None


class UnreadCountSerializer(serializers.Serializer[Any]):
    """How many notifications were not read."""

    count = serializers.IntegerField(help_text="Not read yet.")


class MarkedSerializer(serializers.Serializer[Any]):
    """How many notifications are read only now."""

    marked = serializers.IntegerField(help_text="Not read until now.")


NOTIFICATION = "notification"
"""The type of the frame that carries a notification."""


def present_notifications(notifications: Iterable[Notification]) -> list[dict[str, Any]]:
    """Return notifications as their recipient reads them, worded in the active language."""
    rows: Any = notifications
    return list(NotificationSerializer(rows, many=True).data)


def notification_frames(
    notifications: Iterable[Notification], *, language: str
) -> list[dict[str, Any]]:
    """Return the frames that carry notifications over a socket, worded in this language."""
    with translation.override(language):
        return [{"type": NOTIFICATION, **row} for row in present_notifications(notifications)]
