"""Test vectors of the gateways' signatures and codes, written by whoever doubts ours.

A vector says what was signed with which secret, which hash (or code) came with it, and whether that must be accepted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.payments.integrations.digests import BadSignature
from apps.payments.integrations.momo import messages as momo
from apps.payments.integrations.vietqr import codes, webhooks
from apps.payments.integrations.vnpay import messages as vnpay
from apps.payments.integrations.vnpay import queries


class UnreadableVector(ValueError):
    """A vector cannot be understood; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of one vector."""

    gateway: str
    kind: str
    name: str
    passed: bool
    reason: str


def judge(vector: Any) -> Verdict:
    """Return whether we accept what a vector says to accept, and refuse what it says to refuse."""
    if not isinstance(vector, Mapping):
        return Verdict(gateway="?", kind="?", name="", passed=False, reason="not an object")
    gateway, kind = str(vector.get("gateway", "?")), str(vector.get("kind", "?"))
    try:
        refusal = _refusal(gateway, kind, vector)
    except UnreadableVector as error:
        passed, reason = False, str(error)
    else:
        passed = (refusal is None) is vector["accept"]
        reason = refusal or "accepted"
    return Verdict(
        gateway=gateway, kind=kind, name=str(vector.get("name", "")), passed=passed, reason=reason
    )


def _refusal(gateway: str, kind: str, vector: Mapping[str, Any]) -> str | None:
    check = _CHECKS.get((gateway, kind))
    if check is None:
        raise UnreadableVector(f"{gateway} has no kind {kind}")
    if not isinstance(vector.get("accept"), bool) or not isinstance(vector.get("expected"), str):
        raise UnreadableVector("needs accept (true or false) and expected (text)")
    if not isinstance(vector.get("payload"), str | Mapping):
        raise UnreadableVector("payload is neither text nor an object")
    try:
        check(vector)
    except (BadSignature, codes.InvalidCode) as error:
        return str(error)
    return None


def _vnpay_query(vector: Mapping[str, Any]) -> None:
    payload = vector["payload"]
    if isinstance(payload, Mapping):
        payload = queries.canonical({name: str(value) for name, value in payload.items()})
    query = payload.partition("?")[2] if payload.startswith(("http://", "https://")) else payload
    queries.read(query, secret=_secret(vector), given=vector["expected"])


def _vnpay_message(vector: Mapping[str, Any]) -> None:
    kind, payload = vnpay.Message(vector["kind"]), _message(vector)
    fields = vnpay.split(kind, payload) if isinstance(payload, str) else payload
    vnpay.verify(kind, fields, secret=_secret(vector), given=vector["expected"])


def _momo_message(vector: Mapping[str, Any]) -> None:
    kind, payload = momo.Message(vector["kind"]), _message(vector)
    fields = momo.split(kind, payload) if isinstance(payload, str) else payload
    access_key, secret_key = _secrets(vector, "access_key", "secret_key")
    if fields.get("accessKey", access_key) != access_key:
        raise BadSignature("accessKey is not ours")
    momo.verify(
        kind, fields, access_key=access_key, secret_key=secret_key, given=vector["expected"]
    )


def _vietqr_code(vector: Mapping[str, Any]) -> None:
    payload, expected = vector["payload"], vector["expected"]
    if isinstance(payload, Mapping):
        try:
            written = codes.write(codes.TransferCode(**payload))
        except TypeError as error:
            raise UnreadableVector(f"payload: {error}") from None
    elif len(expected) == len("29B1"):
        written = codes.checksum(payload)
    else:
        written = codes.write(codes.read(payload))
    if written != expected:
        raise codes.InvalidCode(f"the code is {written}")


def _vietqr_webhook(vector: Mapping[str, Any]) -> None:
    payload = vector["payload"]
    timestamp, body = ("", payload) if isinstance(payload, str) else _notice(payload)
    webhooks.verify(
        timestamp=timestamp, body=body, secret=_secret(vector), given=vector["expected"]
    )


def _notice(payload: Mapping[str, Any]) -> tuple[str, str]:
    body = payload.get("body")
    if not isinstance(body, str):
        raise UnreadableVector("payload needs body, the text as it came")
    return str(payload.get("timestamp", "")), body


def _message(vector: Mapping[str, Any]) -> str | Mapping[str, Any]:
    """Return the signed text, or the fields of a message, which may be given as the JSON that was sent."""
    payload: str | Mapping[str, Any] = vector["payload"]
    if not isinstance(payload, str) or not payload.lstrip().startswith("{"):
        return payload
    try:
        fields: Mapping[str, Any] = json.loads(payload)
    except json.JSONDecodeError as error:
        raise UnreadableVector(f"payload: {error}") from None
    return fields


def _secret(vector: Mapping[str, Any]) -> str:
    secret = vector.get("secret")
    if isinstance(secret, Mapping):
        # What the gateway signs is signed with the second of two keys.
        return _secrets(vector, "key1", "key2")[1]
    if not isinstance(secret, str):
        raise UnreadableVector("secret is not a text")
    return secret


def _secrets(vector: Mapping[str, Any], first: str, second: str) -> tuple[str, str]:
    secret = vector.get("secret")
    if not isinstance(secret, Mapping) or not all(
        isinstance(secret.get(name), str) for name in (first, second)
    ):
        raise UnreadableVector(f"secret needs {first} and {second}")
    return secret[first], secret[second]


_CHECKS: dict[tuple[str, str], Callable[[Mapping[str, Any]], None]] = {
    **{("vnpay", kind): _vnpay_query for kind in ("pay", "ipn", "return")},
    **{("vnpay", kind.value): _vnpay_message for kind in vnpay.Message},
    **{("momo", kind.value): _momo_message for kind in momo.Message},
    ("vietqr", "qr"): _vietqr_code,
    ("vietqr", "webhook"): _vietqr_webhook,
}
KINDS = tuple(_CHECKS)
"""Every gateway with every kind of it that can be checked."""
