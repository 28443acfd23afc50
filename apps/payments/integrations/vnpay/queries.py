"""VNPay 2.1.0 signs the query strings of its pay address, IPN and return address.

The signed text is the URL-encoded query: names in ASCII order, values escaped as browsers escape forms (space as
``+``), without empty values and without the hash itself; HMAC-SHA512 in lower-case hexadecimal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus, unquote_plus

from apps.payments.integrations.digests import BadSignature, digest, is_digest

HASH = "vnp_SecureHash"
# Belongs to 2.0; VNPay's own test button still sends it.
_NOT_SIGNED = frozenset({HASH, "vnp_SecureHashType"})


def canonical(parameters: Mapping[str, str]) -> str:
    """Return the query string that is signed and sent."""
    return "&".join(
        f"{name}={quote_plus(value)}"
        for name, value in sorted(parameters.items())
        if value and name not in _NOT_SIGNED
    )


def signature(parameters: Mapping[str, str], *, secret: str) -> str:
    """Return the hash of parameters that we send."""
    return digest(canonical(parameters), secret=secret, algorithm="sha512")


def read(query: str, *, secret: str, given: str | None = None) -> dict[str, str]:
    """Return the ``vnp_`` parameters of a query string after checking its hash, which ``given`` may stand for.

    The hash is checked over the string as it came, and then over its parameters as we would write them, since
    proxies escape anew. Each form needs the secret, so accepting several gives nothing away.

    :raises BadSignature: the hash is missing or wrong, a parameter stands twice, or an escape is not UTF-8
    """
    pairs: dict[str, str] = {}
    for name, value in _pairs(query):
        if name.startswith("vnp_"):
            if name in pairs:
                raise BadSignature(f"{name} stands twice")
            pairs[name] = value
    try:
        parameters = {name: unquote_plus(value, errors="strict") for name, value in pairs.items()}
    except UnicodeDecodeError:
        raise BadSignature("an escape is not UTF-8") from None
    received = parameters.get(HASH, "") if given is None else given
    if not any(
        is_digest(received, message, secret=secret, algorithm="sha512")
        for message in _messages(pairs, parameters)
    ):
        raise BadSignature("the hash is not that of the parameters")
    return {name: value for name, value in parameters.items() if name not in _NOT_SIGNED}


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        yield unquote_plus(name), value


def _messages(pairs: Mapping[str, str], parameters: Mapping[str, str]) -> Iterator[str]:
    as_sent = sorted((name, value) for name, value in pairs.items() if name not in _NOT_SIGNED)
    yield "&".join(f"{name}={value}" for name, value in as_sent)
    yield canonical(parameters)
    yield "&".join(f"{name}={quote(parameters[name], safe='')}" for name, value in as_sent if value)
