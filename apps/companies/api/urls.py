"""Paths of companies, below the version's prefix."""

from __future__ import annotations

from django.urls import path

from apps.companies.api.views import CompanyViewSet, MemberViewSet

urlpatterns = [
    path(
        "companies/",
        CompanyViewSet.as_view({"get": "list", "post": "create"}),
        name="company-list",
    ),
    path(
        "companies/<slug:ref>/",
        CompanyViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
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
