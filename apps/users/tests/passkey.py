"""A passkey in software: it makes a key pair, and signs as WebAuthn (Level 2, §6) says."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

ORIGIN = "https://localhost"
_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Passkey:
    """One credential; what it signs is good for one site."""

    def __init__(self) -> None:
        self._id = secrets.token_bytes(16)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._user = ""
        self.signed = 0

    def make(self, options: dict[str, Any], *, origin: str = ORIGIN) -> dict[str, Any]:
        """Return what a browser sends after ``navigator.credentials.create()``."""
        wanted = options["publicKey"]
        self._user = wanted["user"]["id"]
        point = self._key.public_key().public_numbers()
        public = {
            1: 2,
            3: -7,
            -1: 1,
            -2: point.x.to_bytes(32, "big"),
            -3: point.y.to_bytes(32, "big"),
        }
        attested = bytes(16) + len(self._id).to_bytes(2, "big") + self._id + cbor.encode(public)
        data = self._data(wanted["rp"]["id"], _PRESENT | _VERIFIED | _ATTESTED) + attested
        told = self._told("webauthn.create", wanted["challenge"], origin)
        return self._credential(
            clientDataJSON=text_of(told),
            attestationObject=text_of(
                cbor.encode({"fmt": "none", "authData": data, "attStmt": {}})
            ),
        ) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def sign(self, options: dict[str, Any], *, origin: str = ORIGIN) -> dict[str, Any]:
        """Return what a browser sends after ``navigator.credentials.get()``."""
        wanted = options["publicKey"]
        self.signed += 1
        data = self._data(wanted["rpId"], _PRESENT | _VERIFIED)
        told = self._told("webauthn.get", wanted["challenge"], origin)
        signature = self._key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            clientDataJSON=text_of(told),
            authenticatorData=text_of(data),
            signature=text_of(signature),
            userHandle=self._user,
        )

    def _data(self, site: str, flags: int) -> bytes:
        return (
            hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.signed.to_bytes(4, "big")
        )

    def _told(self, kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()

    def _credential(self, **response: str) -> dict[str, Any]:
        identifier = text_of(self._id)
        return {
            "type": "public-key",
            "id": identifier,
            "rawId": identifier,
            "response": response,
            "clientExtensionResults": {},
        }
