"""VNPay 2.1.0: the address of a payment, and what an IPN or a return says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from django.conf import settings

from apps.payments.enums import Outcome, Verdict
from apps.payments.integrations.digests import BadSignature
from apps.payments.integrations.shapes import Notice, Payment, Start
from apps.payments.integrations.vnpay import queries

# Vietnam has no summer time. The zone's POSIX name, Etc/GMT+7, would be seven hours west.
_VIETNAM = timezone(timedelta(hours=7))
_WINDOW = timedelta(minutes=15)
_SCALE = 100
_SUSPECT = "07"

# What VNPay's retries end at: 00 and 02. Everything else is told again, up to ten times.
_ANSWERS = {
    Verdict.APPLIED: ("00", "Confirm Success"),
    Verdict.ALREADY: ("02", "Order already confirmed"),
    Verdict.NOT_FOUND: ("01", "Order not found"),
    Verdict.AMOUNT_DIFFERS: ("04", "Invalid amount"),
    Verdict.BAD_SIGNATURE: ("97", "Invalid signature"),
    Verdict.BROKEN: ("99", "Unknown error"),
}


@dataclass(frozen=True, kw_only=True)
class VNPay:
    """One terminal of VNPay."""

    terminal: str
    secret: str
    pay_url: str
    return_url: str

    @classmethod
    def configured(cls) -> VNPay | None:
        """Return the operator's terminal, or None without one."""
        if not settings.VNPAY_HASH_SECRET:
            return None
        return cls(
            terminal=settings.VNPAY_TMN_CODE,
            secret=settings.VNPAY_HASH_SECRET,
            pay_url=settings.VNPAY_URL,
            return_url=settings.VNPAY_RETURN_URL,
        )

    def start(self, payment: Payment, *, now: datetime) -> Start:
        """Return the signed address of a payment, good for 15 minutes."""
        expires_at = now + _WINDOW
        parameters = {
            "vnp_Version": "2.1.0",
            "vnp_Command": "pay",
            "vnp_TmnCode": self.terminal,
            "vnp_Amount": str(payment.amount * _SCALE),
            "vnp_CreateDate": written(now),
            "vnp_ExpireDate": written(expires_at),
            "vnp_CurrCode": "VND",
            "vnp_IpAddr": payment.ip,
            "vnp_Locale": "en" if payment.language == "en" else "vn",
            # Only characters that every language's encoder writes alike.
            "vnp_OrderInfo": f"Thanh toan don hang {payment.ref}",
            "vnp_OrderType": "other",
            "vnp_ReturnUrl": self.return_url,
            "vnp_TxnRef": payment.ref,
        }
        query = queries.canonical(parameters)
        signature = queries.signature(parameters, secret=self.secret)
        return Start(
            url=f"{self.pay_url}?{query}&{queries.HASH}={signature}",
            started_as=written(now),
            expires_at=expires_at,
        )

    def read(self, query: str) -> Notice:
        """Return what an IPN or a return says of a payment.

        :raises BadSignature: it is not signed with our secret, or for another terminal
        """
        parameters = queries.read(query, secret=self.secret)
        if parameters.get("vnp_TmnCode") != self.terminal:
            raise BadSignature("the terminal is not ours")
        response = parameters.get("vnp_ResponseCode", "")
        return Notice(
            ref=parameters.get("vnp_TxnRef", ""),
            amount=_dong(parameters.get("vnp_Amount", "")),
            outcome=_outcome(response, parameters.get("vnp_TransactionStatus", "")),
            gateway_ref=parameters.get("vnp_TransactionNo", ""),
            gateway_code=response,
            payload=parameters,
        )

    @staticmethod
    def acknowledge(verdict: Verdict) -> dict[str, str]:
        """Return the body of the answer to an IPN, which always goes with status 200."""
        code, message = _ANSWERS[verdict]
        return {"RspCode": code, "Message": message}


def written(moment: datetime) -> str:
    """Return a moment as VNPay writes it, in Vietnam's time."""
    return moment.astimezone(_VIETNAM).strftime("%Y%m%d%H%M%S")


def _dong(amount: str) -> int | None:
    if not re.fullmatch(r"[0-9]{1,15}", amount):
        return None
    dong, rest = divmod(int(amount), _SCALE)
    return None if rest else dong


def _outcome(response: str, status: str) -> Outcome:
    """Return success only where the request and the transaction both are one; either may name a suspicion."""
    if response == status == "00":
        return Outcome.PAID
    return Outcome.SUSPECT if _SUSPECT in {response, status} else Outcome.FAILED
