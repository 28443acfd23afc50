"""What a gateway says of a payment becomes true here, and nowhere else.

A notice may come twice, late, in any order and after another: money that came is taken exactly once. The row of the
notice, the attempt, the order, the credits and the audit are one transaction.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from apps.core import audit
from apps.payments import locks
from apps.payments.domain.attempts import TARGETS, sources_of
from apps.payments.enums import AttemptState, GatewayCode, OrderState, Outcome, Verdict
from apps.payments.errors import GatewayOff
from apps.payments.integrations.digests import BadSignature
from apps.payments.integrations.gateways import gateway
from apps.payments.integrations.shapes import Notice
from apps.payments.models import LONGEST_REF, GatewayEvent, Order, PaymentAttempt
from apps.payments.services import credits

logger = logging.getLogger(__name__)


def receive_notice(*, way: GatewayCode, query: str, ip: str | None, now: datetime) -> Verdict:
    """Act on a notice, and return what was made of it; whatever is wrong with it, nothing is raised.

    A forged notice leaves a line of the log and no row: anybody could fill a table with them. One that could not be
    worked on is told again by the gateway, and until then the transaction that it broke has left nothing.
    """
    try:
        notice = gateway(way).read(query)
    except (BadSignature, GatewayOff) as refusal:
        logger.warning("notice refused", extra={"gateway": way.value, "reason": str(refusal)})
        return Verdict.BAD_SIGNATURE
    try:
        return settle(way=way, notice=notice, ip=ip, now=now)
    except Exception:
        logger.exception("notice could not be worked on", extra={"gateway": way.value})
        return Verdict.BROKEN


@transaction.atomic
def settle(*, way: GatewayCode, notice: Notice, ip: str | None, now: datetime) -> Verdict:
    """Apply what a gateway said of one payment, and write the notice down with the verdict."""
    attempt = PaymentAttempt.objects.filter(gateway=way, ref=notice.ref).first()
    if attempt is None or attempt.amount != notice.amount:
        verdict = Verdict.NOT_FOUND if attempt is None else Verdict.AMOUNT_DIFFERS
        _write_down(way, attempt, notice, verdict=verdict, ip=ip, now=now)
        if notice.outcome is Outcome.PAID:
            logger.error("money came that nothing asks for", extra={"verdict": verdict.value})
        return verdict
    order = locks.order(attempt.order_id)
    is_applied = _move(attempt, order, notice, now=now)
    verdict = Verdict.APPLIED if is_applied else Verdict.ALREADY
    _write_down(way, attempt, notice, verdict=verdict, ip=ip, now=now)
    if is_applied:
        audit.record(None, "settled", attempt, outcome=notice.outcome.value, order=order.pk)
        if notice.outcome is Outcome.PAID:
            _fulfil(attempt, order, now=now)
    return verdict


def _move(attempt: PaymentAttempt, order: Order, notice: Notice, *, now: datetime) -> bool:
    """Move the attempt by one conditional UPDATE, under its order's lock; whoever comes second moves nothing."""
    target = TARGETS[notice.outcome]
    is_paid = target is AttemptState.SUCCEEDED
    moved = PaymentAttempt.objects.filter(id=attempt.id, state__in=sources_of(target)).update(
        state=target,
        gateway_ref=notice.gateway_ref,
        gateway_code=notice.gateway_code,
        paid_at=now if is_paid else None,
        is_surplus=is_paid and order.state == OrderState.PAID,
        updated_at=now,
    )
    return bool(moved)


def _write_down(
    way: GatewayCode,
    attempt: PaymentAttempt | None,
    notice: Notice,
    *,
    verdict: Verdict,
    ip: str | None,
    now: datetime,
) -> None:
    GatewayEvent.objects.create(
        attempt=attempt,
        gateway=way,
        ref=notice.ref[:LONGEST_REF],
        outcome=notice.outcome,
        verdict=verdict,
        ip=ip,
        payload=dict(notice.payload),
        received_at=now,
    )


def _fulfil(attempt: PaymentAttempt, order: Order, *, now: datetime) -> None:
    """Give what was ordered, once; the credits come last."""
    if order.state == OrderState.PAID:
        logger.error("an order was paid once more", extra={"attempt": str(attempt.id)})
        return
    Order.objects.filter(id=order.id).update(state=OrderState.PAID, paid_at=now, updated_at=now)
    credits.add_bought(
        company_id=order.company_id,
        buyer_id=order.buyer_id,
        order_id=order.id,
        amount=order.credits,
        now=now,
        expires_at=now + timedelta(days=order.days),
    )
