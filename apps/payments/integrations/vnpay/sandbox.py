"""What VNPay's server does with a payment, for the local stack: no merchant's contract is needed to see money come.

It speaks VNPay's protocol with a secret of its own, so that everything on our side of it is the real thing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from apps.payments.enums import SandboxChoice
from apps.payments.integrations.vnpay import queries
from apps.payments.integrations.vnpay.gateway import written

# Response code, status of the transaction, and how often the shop is told.
_STORIES = {
    SandboxChoice.PAY: ("00", "00", 1),
    SandboxChoice.FAIL: ("51", "02", 1),
    SandboxChoice.CANCEL: ("24", "02", 1),
    SandboxChoice.SUSPECT: ("07", "07", 1),
    SandboxChoice.REPEAT: ("00", "00", 3),
    SandboxChoice.LOSE: ("00", "00", 0),
}
_CANCELLED = "24"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the shop is told, how often, and where the customer goes back to."""

    notice: str
    times: int
    back: str


def visit(query: str, *, secret: str) -> dict[str, str]:
    """Return the parameters of the address that a customer came by.

    :raises BadSignature: the shop did not sign it
    """
    return queries.read(query, secret=secret)


def answer(asked: dict[str, str], *, choice: SandboxChoice, secret: str, now: datetime) -> Answer:
    """Return what follows from a person's choice; the same payment has the same number again."""
    response, status, times = _STORIES[choice]
    number = int(hashlib.sha256(asked["vnp_TxnRef"].encode()).hexdigest()[:7], 16)
    told = {
        "vnp_Amount": asked["vnp_Amount"],
        "vnp_BankCode": "NCB",
        "vnp_CardType": "ATM",
        "vnp_OrderInfo": asked["vnp_OrderInfo"],
        "vnp_PayDate": written(now),
        "vnp_ResponseCode": response,
        "vnp_TmnCode": asked["vnp_TmnCode"],
        "vnp_TransactionNo": "0" if response == _CANCELLED else str(number),
        "vnp_TransactionStatus": status,
        "vnp_TxnRef": asked["vnp_TxnRef"],
    }
    signature = queries.signature(told, secret=secret)
    notice = f"{queries.canonical(told)}&{queries.HASH}={signature}"
    return Answer(notice=notice, times=times, back=f"{asked['vnp_ReturnUrl']}?{notice}")
