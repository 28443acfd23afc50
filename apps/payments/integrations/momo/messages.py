"""MoMo v2 signs its messages as ``name=value`` in a fixed order, values raw: HMAC-SHA256 in hexadecimal.

``accessKey`` is signed and never sent by MoMo; it comes from our own settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from apps.payments.integrations.digests import BadSignature, as_signed, digest, is_digest


class Message(StrEnum):
    """A signed message. MoMo's answers to a query or a refund carry no signature."""

    CREATE = "create"
    CALLBACK = "callback"
    QUERY = "querydr_request"
    REFUND = "refund_request"


_SIGNED: dict[Message, tuple[str, ...]] = {
    Message.CREATE: (
        "accessKey", "amount", "extraData", "ipnUrl", "orderId", "orderInfo", "partnerCode", "redirectUrl",
        "requestId", "requestType",
    ),
    Message.CALLBACK: (
        "accessKey", "amount", "extraData", "message", "orderId", "orderInfo", "orderType", "partnerCode",
        "payType", "requestId", "responseTime", "resultCode", "transId",
    ),
    Message.QUERY: ("accessKey", "orderId", "partnerCode", "requestId"),
    Message.REFUND: (
        "accessKey", "amount", "description", "orderId", "partnerCode", "requestId", "transId",
    ),
}  # fmt: skip


def signed_text(kind: Message, fields: Mapping[str, Any], *, access_key: str) -> str:
    """Return the text of a message that its signature is made of.

    :raises BadSignature: a value is no text or whole number, or could be read as the start of another field
    """
    names = _SIGNED[kind]
    values = {name: _value(fields.get(name), names) for name in names}
    return "&".join(
        f"{name}={access_key if name == 'accessKey' else value}" for name, value in values.items()
    )


def signature(kind: Message, fields: Mapping[str, Any], *, access_key: str, secret_key: str) -> str:
    """Return the signature of a message.

    :raises BadSignature: as ``signed_text``
    """
    text = signed_text(kind, fields, access_key=access_key)
    return digest(text, secret=secret_key, algorithm="sha256")


def verify(
    kind: Message, fields: Mapping[str, Any], *, access_key: str, secret_key: str, given: str
) -> None:
    """Check the signature of a message.

    :raises BadSignature: it is another message's, or as ``signed_text``
    """
    text = signed_text(kind, fields, access_key=access_key)
    if not is_digest(given, text, secret=secret_key, algorithm="sha256"):
        raise BadSignature("the signature is not that of the message")


def split(kind: Message, text: str) -> dict[str, str]:
    """Return the fields of a signed text.

    :raises BadSignature: its names are not those of its kind, in their order
    """
    fields: dict[str, str] = {}
    names = _SIGNED[kind]
    rest = f"&{text}"
    for name, following in zip(names, (*names[1:], None), strict=True):
        if not rest.startswith(f"&{name}="):
            raise BadSignature(f"{name} is missing, or not in its place")
        rest = rest[len(name) + 2 :]
        end = len(rest) if following is None else rest.find(f"&{following}=")
        if end < 0:
            raise BadSignature(f"{following} is missing, or not in its place")
        fields[name], rest = rest[:end], rest[end:]
    return fields


def _value(value: Any, names: tuple[str, ...]) -> str:
    text = as_signed(value)
    if any(f"&{name}=" in text for name in names):
        raise BadSignature("a value holds the name of a field")
    return text
