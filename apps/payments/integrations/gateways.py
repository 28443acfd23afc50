"""Which ways to pay are switched on."""

from __future__ import annotations

from apps.payments.enums import GatewayCode, Verdict
from apps.payments.errors import GatewayOff
from apps.payments.integrations.shapes import Gateway
from apps.payments.integrations.vnpay.gateway import VNPay

_KINDS = {GatewayCode.VNPAY: VNPay}


def gateway(code: GatewayCode) -> Gateway:
    """Return a way to pay.

    :raises GatewayOff: the operator has not switched it on
    """
    made = _KINDS[code].configured()
    if made is None:
        raise GatewayOff
    return made


def acknowledgement(code: GatewayCode, verdict: Verdict) -> dict[str, str]:
    """Return the answer that a gateway expects to a notice, switched on or not."""
    return _KINDS[code].acknowledge(verdict)
