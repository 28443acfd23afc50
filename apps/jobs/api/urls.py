"""Addresses of postings and places, relative to the version's root."""

from __future__ import annotations

from django.urls import path

from apps.jobs.api.views import JobSearchViewSet, JobViewSet, PlacesView

urlpatterns = [
    path("jobs/", JobViewSet.as_view({"get": "list", "post": "create"}), name="job-list"),
    path("jobs/search/", JobSearchViewSet.as_view({"get": "list"}), name="job-search"),
    # One route for ids and slugs: two would have the same place in the documents.
    path(
        "jobs/<slug:ref>/",
        JobViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="job-detail",
    ),
    path(
        "jobs/<uuid:job_id>/publish/",
        JobViewSet.as_view({"post": "publish"}),
        name="job-publish",
    ),
    path("jobs/<uuid:job_id>/close/", JobViewSet.as_view({"post": "close"}), name="job-close"),
    path("places/", PlacesView.as_view(), name="place-list"),
]
