"""Addresses of the kernel, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from apps.core.api import operations

urlpatterns = [
    path(
        "operations/",
        operations.OperationsViewSet.as_view({"get": "list"}),
        name="operation-list",
    ),
    path(
        "operations/<uuid:id>/",
        operations.OperationsViewSet.as_view({"get": "retrieve"}),
        name="operation-detail",
    ),
    path(
        "operations/<uuid:id>/cancel/",
        operations.OperationsViewSet.as_view({"post": "cancel"}),
        name="operation-cancel",
    ),
    path(
        "operations/<uuid:id>/result/",
        operations.OperationResultView.as_view(),
        name="operation-result",
    ),
]
