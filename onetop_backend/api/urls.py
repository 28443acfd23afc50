"""Paths of the views over several apps, below the version's prefix; before those of the apps."""

from __future__ import annotations

from django.urls import path

from apps.core.api.public import LIST_SECONDS, public
from onetop_backend.api import views

urlpatterns = [
    path("auth/me/", views.MeView.as_view(), name="me"),
    path(
        "config/",
        public(views.ConfigView.as_view(), seconds=LIST_SECONDS, shows=["places"]),
        name="config",
    ),
    path("companies/stats/", views.CompanyStatsView.as_view(), name="company-stats"),
    path("metrics/", views.MetricsView.as_view(), name="metrics"),
    path("ws-ticket/", views.TicketView.as_view(), name="ws-ticket"),
]
