"""Paths of companies, below the version's prefix."""

from __future__ import annotations

from django.urls import path

from apps.companies.api.views import CompanyViewSet, MemberViewSet
from apps.core.api.public import DETAIL_SECONDS, LIST_SECONDS, public

urlpatterns = [
    path(
        "companies/",
        public(
            CompanyViewSet.as_view({"get": "list", "post": "create"}),
            seconds=LIST_SECONDS,
            shows=["companies"],
        ),
        name="company-list",
    ),
    path(
        "companies/<slug:ref>/",
        public(
            CompanyViewSet.as_view(
                {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
            ),
            seconds=DETAIL_SECONDS,
            shows=["companies"],
            of_members=True,
        ),
        name="company-detail",
    ),
    path(
        "companies/<uuid:company_id>/members/",
        MemberViewSet.as_view({"get": "list", "post": "create"}),
        name="member-list",
    ),
    path(
        "companies/<uuid:company_id>/members/<uuid:membership_id>/",
        MemberViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="member-detail",
    ),
]
