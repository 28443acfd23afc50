"""Examples for the OpenAPI document: what each operation is really sent and answers, in the small world.

Bodies and personas are those of the authorisation matrix. Everything that differs from run to run (ids, tokens, random
ends of slugs) is replaced by what is always the same; the clock stands still.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from onetop_backend.tests.house.matrix import MATRIX
from onetop_backend.tests.house.world import World

NOW = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
MOST_ROWS = 2
"""An example shows no more of a list of objects."""
SHOWN_TO = ("recruiter", "candidate")
"""Whose answer is shown where several may ask; then the first whom the matrix names."""
SHOWN_TO_CANDIDATES = ("/api/v1/notifications/", "/api/v1/auth/")
METHODS = ("get", "post", "put", "patch", "delete")

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SLUG_END = re.compile(r"-[0-9a-z]{6}$")
_SECRETS = {
    "access": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzaWQiOiIwMWEyMDQyMiJ9.Qm9ndXM",
    "refresh": "01a204224b1f7c0e9a54c1d2e3f40516.q7C0sY3l0dHbYw",
    "mfa_token": "eyJ1IjoiMDFhMjA0MjItNDRkMCJ9:1u2v3w:9Kd0",
    "ticket": "7Zb0m1c9QH2yX4kUe8sVtw",
    "key": "MQ:1u2v3w:dGhlLW1haWxlZC1saW5r",
    "token": "c6x0aq-8f2b6c1d9e",
    "password": "a-long-passphrase-7",
    "transaction_code": "7K2M9QXH4D0T",
    "payment_url": "https://pay.example.vn/vpcpay.html?vnp_Amount=50000000&vnp_TxnRef=7K2M9QXH4D0T",
    "old_password": "a-long-passphrase-6",
    "new_password": "a-long-passphrase-7",
}
_NOISE = {"mean_ms": 3.2}


def record(document: dict[str, Any], world: World) -> dict[str, Any]:
    """Return the examples by name, and which of them each operation shows in which place."""
    examples: dict[str, Any] = {}
    operations: dict[str, dict[str, str]] = {}
    plain = Plain()
    for method, path, operation in _operations(document):
        shown = operations.setdefault(operation["operationId"], {})
        for place, body in _ask(world, method, path):
            name = _name(operation, place)
            value = plain(body, at=f"{name} {place}")
            candidates = [known for known in examples if known.partition(".")[0] == name]
            same = next((known for known in candidates if examples[known] == value), None)
            shown[place] = same or (f"{name}.{operation['operationId']}" if candidates else name)
            examples[shown[place]] = value
    return {"examples": examples, "operations": {name: of for name, of in operations.items() if of}}


class Plain:
    """Replaces what differs from run to run, the same by the same."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def __call__(self, value: Any, *, at: str) -> Any:
        """Return a value without what is random; ``at`` says where it stands, and names ids that are new."""
        if isinstance(value, dict):
            return {name: self._member(name, inner, at) for name, inner in value.items()}
        if isinstance(value, list):
            rows = value[:MOST_ROWS] if value and isinstance(value[0], dict) else value
            return [self(row, at=f"{at}/{number}") for number, row in enumerate(rows)]
        if isinstance(value, str):
            text = value.replace("http://testserver", "https://onetop.example")
            return _UUID.sub(lambda found: self._id(found[0], at), text)
        return value

    def _member(self, name: str, value: Any, at: str) -> Any:
        if isinstance(value, SimpleUploadedFile):
            return f"(the bytes of {value.name})"
        if name in _SECRETS:
            return _SECRETS[name]
        if name == "slug" and isinstance(value, str):
            return _SLUG_END.sub("-k7m2qx", value)
        return _NOISE.get(name) or self(value, at=f"{at}/{name}")

    def _id(self, found: str, at: str) -> str:
        if found not in self._ids:
            digest = hashlib.sha256(at.encode()).hexdigest()
            self._ids[found] = (
                f"01a20422-{digest[:4]}-7{digest[4:7]}-8{digest[7:10]}-{digest[10:22]}"
            )
        return self._ids[found]


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Return the operations, reading ones first: what they show is the example of its shape."""
    found = [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]
    yield from sorted(
        found, key=lambda one: (bool(one[2].get("deprecated")), METHODS.index(one[0]))
    )


def _ask(world: World, method: str, path: str) -> Iterator[tuple[str, Any]]:
    """Ask one operation and take it back; return the bodies, each with its place."""
    line = MATRIX[f"{method.upper()} {path}"]
    heroes = SHOWN_TO[::-1] if path.startswith(SHOWN_TO_CANDIDATES) else SHOWN_TO
    persona = next((name for name in heroes if name in line.may), next(iter(line.may)))
    address = path.format(**{name: str(value) for name, value in line.ids(world).items()})
    body = line.body(world, persona)
    with transaction.atomic():
        client = world.client_for(path, persona)
        send = getattr(client, method)
        answer = send(address, body) if method == "get" else send(address, body, line.format)
        content = b"".join(answer) if answer.streaming else answer.content
        transaction.set_rollback(True)
    assert answer.status_code == line.may[persona], (method, path, content)
    if body is not None and method != "get":
        yield "request", body
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("application/json"):
        yield str(answer.status_code), json.loads(content)
    elif kind.startswith("text/csv"):
        yield str(answer.status_code), content.decode("utf-8-sig")


def _name(operation: dict[str, Any], place: str) -> str:
    """Return the name of the shape that stands in a place, or that of the operation where it has none."""
    body = operation["requestBody"] if place == "request" else operation["responses"][place]
    schema = next(iter(body["content"].values()))["schema"]
    reference = schema.get("$ref") or schema.get("items", {}).get("$ref")
    name = reference.rpartition("/")[2] if reference else str(operation["operationId"])
    return f"{name}s" if schema.get("type") == "array" else name
