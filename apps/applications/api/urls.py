"""Addresses of applications, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.applications.api import views


def _addresses(
    prefix: str,
    name: str,
    *,
    many: type[views.ApplicationsViewSet],
    one: type[views.ApplicationViewSet],
    stats: type[views.ApplicationStatsView],
) -> list[URLPattern]:
    item = f"{prefix}<uuid:id>/"
    return [
        path(prefix, many.as_view({"get": "list", "post": "create"}), name=f"{name}-list"),
        path(f"{prefix}stats/", stats.as_view(), name=f"{name}-stats"),
        path(item, one.as_view({"get": "retrieve"}), name=f"{name}-detail"),
        path(f"{item}move/", one.as_view({"post": "move"}), name=f"{name}-move"),
        path(
            f"{item}update-status/",
            one.as_view({"patch": "update_status"}),
            name=f"{name}-update-status",
        ),
        path(f"{item}withdraw/", one.as_view({"post": "withdraw"}), name=f"{name}-withdraw"),
        path(
            f"{item}timeline/",
            one.as_view({"get": "timeline"}, pagination_class=None),
            name=f"{name}-timeline",
        ),
    ]


urlpatterns = [
    *_addresses(
        "applications/",
        "application",
        many=views.ApplicationsViewSet,
        one=views.ApplicationViewSet,
        stats=views.ApplicationStatsView,
    ),
    path(
        "applications/export/",
        views.ApplicationsExportView.as_view(),
        name="application-export",
    ),
    # Where clients of the earlier platform look for the same.
    *_addresses(
        "applications/applications/",
        "application-alias",
        many=views.ApplicationsAliasViewSet,
        one=views.ApplicationAliasViewSet,
        stats=views.ApplicationStatsAliasView,
    ),
    path(
        "media/application/<uuid:id>/download/",
        views.ApplicationCvView.as_view(),
        name="application-cv",
    ),
]
