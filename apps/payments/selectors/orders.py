"""The catalogue, and what a person may see of what was paid."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from apps.companies.selectors import access
from apps.payments.errors import PackageNotFound, TransactionNotFound
from apps.payments.models import Package, PaymentAttempt

if TYPE_CHECKING:
    from apps.users.models import User


def packages_on_sale() -> QuerySet[Package]:
    """Return the catalogue in its order."""
    return Package.objects.alive().filter(is_active=True).order_by("position", "id")


def get_package(*, package_id: UUID) -> Package:
    """Return a package that is on sale.

    :raises PackageNotFound: it is not, or never was
    """
    package = packages_on_sale().filter(id=package_id).first()
    if package is None:
        raise PackageNotFound
    return package


def visible_transactions(*, viewer: User) -> QuerySet[PaymentAttempt]:
    """Return the attempts to pay for the companies whose finances the viewer may see, newest first."""
    companies = access.companies_paid_for(viewer=viewer)
    return (
        PaymentAttempt.objects.filter(order__company_id__in=companies)
        .select_related("order")
        .order_by("-id")
    )


def get_transaction_for(*, viewer: User, transaction_id: UUID) -> PaymentAttempt:
    """Return one attempt to pay.

    :raises TransactionNotFound: there is none that the viewer may see
    """
    attempt = visible_transactions(viewer=viewer).filter(id=transaction_id).first()
    if attempt is None:
        raise TransactionNotFound
    return attempt
