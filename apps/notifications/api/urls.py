"""Paths of notifications, below the version's prefix."""

from __future__ import annotations

from django.urls import path

from apps.notifications.api import views

urlpatterns = [
    path(
        "notifications/",
        views.NotificationViewSet.as_view({"get": "list"}),
        name="notification-list",
    ),
    path(
        "notifications/unread-count/",
        views.UnreadCountView.as_view(),
        name="notification-unread-count",
    ),
    path(
        "notifications/mark-all-read/",
        views.MarkAllReadView.as_view(),
        name="notification-mark-all-read",
    ),
    path(
        "notifications/read-all/",
        views.MarkAllReadAliasView.as_view(),
        name="notification-read-all",
    ),
    path(
        "notifications/<uuid:id>/",
        views.NotificationViewSet.as_view({"get": "retrieve"}),
        name="notification-detail",
    ),
    path(
        "notifications/<uuid:id>/mark-read/",
        views.MarkReadView.as_view(),
        name="notification-mark-read",
    ),
    path(
        "notifications/<uuid:id>/read/",
        views.MarkReadAliasView.as_view(),
        name="notification-read",
    ),
]
