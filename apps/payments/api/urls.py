"""Paths of payments, below the version's prefix."""

from __future__ import annotations

from django.urls import path

from apps.payments.api import orders
from apps.payments.api.sandbox import SandboxView
from apps.payments.api.views import CreditViewSet

sandbox_urlpatterns = [path("sandbox/vnpay/", SandboxView.as_view(), name="sandbox-vnpay")]
"""Where the local stack's customers pay; nowhere else."""

create_payment = orders.CreatePaymentView.as_view()
transaction = orders.TransactionViewSet.as_view({"get": "retrieve"})

urlpatterns = [
    path("payments/credits/", CreditViewSet.as_view({"get": "list"}), name="credit-list"),
    path("payments/packages/", orders.PackageViewSet.as_view({"get": "list"}), name="package-list"),
    path(
        "payments/packages/<uuid:id>/",
        orders.PackageViewSet.as_view({"get": "retrieve"}),
        name="package-detail",
    ),
    path(
        "payments/transactions/",
        orders.TransactionViewSet.as_view({"get": "list"}),
        name="transaction-list",
    ),
    path("payments/transactions/create_payment/", create_payment, name="create-payment-older"),
    path("payments/transactions/<uuid:id>/", transaction, name="transaction-detail"),
    path("payments/create_payment/", create_payment, name="create-payment"),
    path("payments/vnpay_ipn/", orders.VNPayNoticeView.as_view(), name="vnpay-ipn"),
    path("payments/vnpay_return/", orders.VNPayReturnView.as_view(), name="vnpay-return"),
]
