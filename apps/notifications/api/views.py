"""The notification centre over HTTP: everybody has their own."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.permissions import IsAuthenticated
from apps.core.api.schema import documented
from apps.core.api.views import ApiView, ApiViewSet, authed
from apps.notifications import selectors
from apps.notifications.api.filters import NotificationFilters
from apps.notifications.errors import NotificationNotFound
from apps.notifications.presenters import (
    MarkedSerializer,
    NotificationSerializer,
    UnreadCountSerializer,
    present_notifications,
)
from apps.notifications.services import reading


class NotificationViewSet(ApiViewSet):
    """One's own notifications."""

    permission_classes = [IsAuthenticated]
    filters_class = NotificationFilters

    @documented(
        summary="List my notifications, newest first",
        responses=NotificationSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """List your notifications; `unread_only=true` keeps those that you have not read."""
        found = selectors.notifications_of(viewer=authed(request), **self.filters())
        return self.paginated(found, present_notifications)

    @documented(
        summary="Get one of my notifications",
        responses=NotificationSerializer,
        raises=[NotificationNotFound],
    )
    def retrieve(self, request: Request, id: UUID) -> Response:
        """Get one of your notifications."""
        found = selectors.get_notification_for(viewer=authed(request), notification_id=id)
        return Response(NotificationSerializer(found).data)


class UnreadCountView(ApiView):
    """How much there is to read."""

    permission_classes = [IsAuthenticated]

    @documented(summary="Count my unread notifications", responses=UnreadCountSerializer)
    def get(self, request: Request) -> Response:
        """Count the notifications that you have not read."""
        count = selectors.unread_count(viewer=authed(request))
        return Response(UnreadCountSerializer({"count": count}).data)


class MarkReadView(ApiView):
    """Marks one notification as read."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="Mark a notification as read",
        request=None,
        responses=NotificationSerializer,
        raises=[NotificationNotFound],
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Mark one of your notifications as read; doing it again changes nothing."""
        marked = reading.mark_read(actor=authed(request), notification_id=id, now=timezone.now())
        return Response(NotificationSerializer(marked).data)


class MarkReadAliasView(MarkReadView):
    """The same for clients that know it by its first name."""

    http_method_names = ["patch", "options"]

    @documented(
        summary="Mark a notification as read (alias)",
        request=None,
        responses=NotificationSerializer,
        raises=[NotificationNotFound],
    )
    def patch(self, request: Request, id: UUID) -> Response:
        """Do what `mark-read/` does."""
        return self.post(request, id)


class MarkAllReadView(ApiView):
    """Marks everything as read."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="Mark all my notifications as read", request=None, responses=MarkedSerializer
    )
    def post(self, request: Request) -> Response:
        """Mark everything that you have not read, and tell how much that was."""
        marked = reading.mark_all_read(actor=authed(request), now=timezone.now())
        return Response(MarkedSerializer({"marked": marked}).data)


class MarkAllReadAliasView(MarkAllReadView):
    """The same for clients that know it by its first name."""

    http_method_names = ["patch", "options"]

    @documented(
        summary="Mark all my notifications as read (alias)",
        request=None,
        responses=MarkedSerializer,
    )
    def patch(self, request: Request) -> Response:
        """Do what `mark-all-read/` does."""
        return self.post(request)
