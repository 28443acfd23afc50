"""VNPay 2.1.0 signs its JSON messages (query and refund) as raw values joined by ``|``, each kind in its own order.

The order is not that of the JSON: in answers ``vnp_OrderInfo`` stands after ``vnp_TransactionStatus``. Fields that
are absent are signed as empty, so that an answer to a query usually ends in ``||``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from apps.payments.integrations.digests import BadSignature, as_signed, digest, is_digest


class Message(StrEnum):
    """A message of the transaction API."""

    QUERY = "querydr_request"
    QUERY_ANSWER = "querydr_response"
    REFUND = "refund_request"
    REFUND_ANSWER = "refund_response"


_ANSWER = (
    "ResponseId", "Command", "ResponseCode", "Message", "TmnCode", "TxnRef", "Amount", "BankCode", "PayDate",
    "TransactionNo", "TransactionType", "TransactionStatus", "OrderInfo",
)  # fmt: skip
_SIGNED: dict[Message, tuple[str, ...]] = {
    Message.QUERY: (
        "RequestId", "Version", "Command", "TmnCode", "TxnRef", "TransactionDate", "CreateDate", "IpAddr",
        "OrderInfo",
    ),
    Message.QUERY_ANSWER: (*_ANSWER, "PromotionCode", "PromotionAmount"),
    Message.REFUND: (
        "RequestId", "Version", "Command", "TmnCode", "TransactionType", "TxnRef", "Amount", "TransactionNo",
        "TransactionDate", "CreateBy", "CreateDate", "IpAddr", "OrderInfo",
    ),
    Message.REFUND_ANSWER: _ANSWER,
}  # fmt: skip


def signed_text(kind: Message, fields: Mapping[str, Any]) -> str:
    """Return the text of a message that its hash is made of.

    :raises BadSignature: a value is no text or whole number, or holds a ``|``, which would shift the fields
    """
    return "|".join(_value(fields.get(f"vnp_{name}")) for name in _SIGNED[kind])


def signature(kind: Message, fields: Mapping[str, Any], *, secret: str) -> str:
    """Return the hash of a message.

    :raises BadSignature: as ``signed_text``
    """
    return digest(signed_text(kind, fields), secret=secret, algorithm="sha512")


def verify(kind: Message, fields: Mapping[str, Any], *, secret: str, given: str) -> None:
    """Check the hash of a message.

    :raises BadSignature: it is another message's, or as ``signed_text``
    """
    if not is_digest(given, signed_text(kind, fields), secret=secret, algorithm="sha512"):
        raise BadSignature("the hash is not that of the message")


def split(kind: Message, text: str) -> dict[str, str]:
    """Return the fields of a signed text.

    :raises BadSignature: it has more or fewer fields than its kind
    """
    values = text.split("|")
    if len(values) != len(_SIGNED[kind]):
        raise BadSignature(f"{kind} has {len(_SIGNED[kind])} fields, not {len(values)}")
    return {f"vnp_{name}": value for name, value in zip(_SIGNED[kind], values, strict=True)}


def _value(value: Any) -> str:
    text = as_signed(value)
    if "|" in text:
        raise BadSignature("a value holds a |")
    return text
