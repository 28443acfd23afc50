"""Addresses of the probes, outside the API."""

from __future__ import annotations

from django.urls import path

from apps.core.health import views

urlpatterns = [
    path("live/", views.live, name="health-live"),
    path("ready/", views.ready, name="health-ready"),
]
