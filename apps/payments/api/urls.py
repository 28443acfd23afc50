"""Paths of payments, below the version's prefix."""

from __future__ import annotations

from django.urls import path

from apps.payments.api.views import CreditViewSet

urlpatterns = [
    path("payments/credits/", CreditViewSet.as_view({"get": "list"}), name="credit-list"),
]
