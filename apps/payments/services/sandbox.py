"""The other end of a payment, on the local stack: a person decides what the gateway does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from apps.payments.enums import GatewayCode, SandboxChoice, Verdict
from apps.payments.integrations.vnpay import sandbox
from apps.payments.services import settling


@dataclass(frozen=True, kw_only=True)
class Played:
    """What became of a payment: what the shop made of each notice, and where the customer goes back to."""

    verdicts: list[Verdict]
    back: str


def play(*, query: str, choice: SandboxChoice, now: datetime) -> Played:
    """Let a payment succeed, fail or go astray: tell the shop as VNPay would.

    :raises BadSignature: the shop did not sign the address
    """
    secret: str = settings.VNPAY_HASH_SECRET
    asked = sandbox.visit(query, secret=secret)
    answer = sandbox.answer(asked, choice=choice, secret=secret, now=now)
    verdicts = [
        settling.receive_notice(way=GatewayCode.VNPAY, query=answer.notice, ip=None, now=now)
        for _ in range(answer.times)
    ]
    return Played(verdicts=verdicts, back=answer.back)
