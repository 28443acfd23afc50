"""Ordering a package, and beginning to pay it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.companies.errors import CompanyRequired
from apps.companies.selectors import access
from apps.core import audit
from apps.payments import selectors
from apps.payments.domain.pricing import priced
from apps.payments.domain.refs import new_ref
from apps.payments.enums import GatewayCode
from apps.payments.integrations.gateways import gateway
from apps.payments.integrations.shapes import Payment
from apps.payments.models import Order, PaymentAttempt

if TYPE_CHECKING:
    from apps.users.models import User

NO_ADDRESS = "0.0.0.0"  # noqa: S104 - names nobody; the machine's own address would name somebody


@transaction.atomic
def create_payment(
    *,
    actor: User,
    package_id: UUID,
    company_id: UUID | None,
    way: GatewayCode,
    ip: str | None,
    language: str,
    now: datetime,
) -> PaymentAttempt:
    """Order a package for a company, by default the actor's own, and return the attempt to pay it.

    The order keeps what the package is at this moment. The attempt is a row before anybody knows its address, with
    the very words that the gateway is told, so that it can be asked about later.

    :raises CompanyRequired: no company was named, and the actor belongs to none
    :raises CompanyNotFound: there is no such company
    :raises CompanyRoleNotAllowed: the actor is neither its owner nor its finance
    :raises PackageNotFound: it is not on sale
    :raises GatewayOff: this way to pay is not switched on
    """
    company_id = company_id or access.company_of(user_id=actor.id)
    if company_id is None:
        raise CompanyRequired
    access.require_finances(viewer=actor, company_id=company_id)
    package = selectors.get_package(package_id=package_id)
    price = priced(package.price, day=timezone.localdate(now))
    order = Order.objects.create(
        company_id=company_id,
        buyer=actor,
        package=package,
        name_vi=package.name_vi,
        name_en=package.name_en,
        price=package.price,
        total=price.total,
        vat_percent=price.vat_percent,
        net=price.net,
        vat=price.vat,
        credits=package.credits,
        days=package.days,
    )
    ref = new_ref()
    payment = Payment(ref=ref, amount=order.total, ip=ip or NO_ADDRESS, language=language)
    start = gateway(way).start(payment, now=now)
    attempt = PaymentAttempt.objects.create(
        order=order,
        gateway=way,
        ref=ref,
        amount=order.total,
        started_as=start.started_as,
        payment_url=start.url,
        expires_at=start.expires_at,
    )
    audit.record(actor, "ordered", order, attempt=attempt.pk, total=order.total)
    return attempt
