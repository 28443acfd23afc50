"""Addresses of postings and places, relative to the version's root."""

from __future__ import annotations

from django.urls import path

from apps.core.api.public import DETAIL_SECONDS, LIST_SECONDS, public
from apps.jobs.api.views import JobSearchViewSet, JobViewSet, PlacesView

# A card shows its company and its place, so that a list changes with any of them.
CARDS = ("jobs", "companies", "places")

urlpatterns = [
    path(
        "jobs/",
        public(
            JobViewSet.as_view({"get": "list", "post": "create"}),
            seconds=LIST_SECONDS,
            shows=CARDS,
        ),
        name="job-list",
    ),
    path(
        "jobs/search/",
        public(JobSearchViewSet.as_view({"get": "list"}), seconds=LIST_SECONDS, shows=CARDS),
        name="job-search",
    ),
    # One route for ids and slugs: two would have the same place in the documents.
    path(
        "jobs/<slug:ref>/",
        public(
            JobViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
            seconds=DETAIL_SECONDS,
            shows=CARDS,
            of_members=True,
        ),
        name="job-detail",
    ),
    path(
        "jobs/<uuid:job_id>/publish/",
        JobViewSet.as_view({"post": "publish"}),
        name="job-publish",
    ),
    path("jobs/<uuid:job_id>/close/", JobViewSet.as_view({"post": "close"}), name="job-close"),
    path(
        "places/",
        public(PlacesView.as_view(), seconds=LIST_SECONDS, shows=["places"]),
        name="place-list",
    ),
]
