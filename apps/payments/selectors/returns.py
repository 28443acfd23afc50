"""Where a customer's browser goes after it was at a gateway."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings

from apps.payments.enums import AttemptState, GatewayCode, Outcome
from apps.payments.errors import GatewayOff
from apps.payments.integrations.digests import BadSignature
from apps.payments.integrations.gateways import gateway
from apps.payments.models import PaymentAttempt

_RESULTS = {
    AttemptState.SUCCEEDED: "success",
    AttemptState.FAILED: "failed",
    AttemptState.PENDING: "pending",
    AttemptState.REVIEW: "pending",
}


def result_address_unscoped(*, way: GatewayCode, query: str) -> str:
    """Return the address of the web client's result page, for whoever brings what the gateway signed.

    What is shown is what we know. A browser may say that a payment failed, which costs nobody anything; that it
    succeeded is believed of the gateway's own notice only.
    """
    try:
        notice = gateway(way).read(query)
    except (BadSignature, GatewayOff):
        return _address(result="invalid")
    attempt = PaymentAttempt.objects.filter(gateway=way, ref=notice.ref).first()
    if attempt is None:
        return _address(result="invalid")
    result = _RESULTS[AttemptState(attempt.state)]
    if result == "pending" and notice.outcome is Outcome.FAILED:
        result = "failed"
    return _address(result=result, transaction_code=attempt.ref)


def _address(**told: str) -> str:
    return f"{settings.FRONTEND_URL.rstrip('/')}/payments/result?{urlencode(told)}"
