"""The OpenAPI document: what drf-spectacular reads from the views, with examples recorded from real answers.

``examples.json`` is written by ``onetop_backend/tests/house/test_examples.py``, which also compares it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.utils import translation
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import json

EXAMPLES = Path(__file__).with_name("examples.json")
LANGUAGE = "en"
"""Of the document, unless ``?lang=`` asks for the other: its prose is written in it."""


class DocumentView(SpectacularAPIView):
    """Gives the document as JSON or YAML."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the document."""
        with translation.override(LANGUAGE):
            answer: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        return answer


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Refer every operation to its examples, and say some shapes more plainly (a hook of drf-spectacular)."""
    _simplify(result["components"]["schemas"])
    recorded = _recorded()
    shown: set[str] = set()
    for item in result["paths"].values():
        for operation in item.values():
            for place, name in recorded["operations"].get(operation["operationId"], {}).items():
                for content in _contents(operation, place):
                    content["examples"] = {"example": {"$ref": f"#/components/examples/{name}"}}
                    shown.add(name)
    examples = result["components"].setdefault("examples", {})
    examples |= {name: {"value": recorded["examples"][name]} for name in sorted(shown)}
    return result


def _simplify(schemas: dict[str, Any]) -> None:
    nothing = schemas.pop("NullEnum", None)
    for name, schema in schemas.items():
        is_answer = not name.endswith("Request")
        for known_as, member in schema.get("properties", {}).items():
            if is_answer and member.pop("default", None) is not None:
                # What is filled in where a row has none is there in every answer.
                schema["required"] = sorted({*schema.get("required", ()), known_as})
            # Requests and answers are apart, so it says nothing, and only where a method computes the value.
            member.pop("readOnly", None)
            if nothing and {"$ref": "#/components/schemas/NullEnum"} in member.get("oneOf", ()):
                member["oneOf"][-1] = {"type": "null"}


def _contents(operation: dict[str, Any], place: str) -> list[dict[str, Any]]:
    """Return the bodies of an operation that a place names: ``request``, or a status."""
    answers = operation["responses"]
    body = operation.get("requestBody", {}) if place == "request" else answers.get(place, {})
    return list(body.get("content", {}).values())


@cache
def _recorded() -> dict[str, Any]:
    recorded: dict[str, Any] = json.loads(EXAMPLES.read_bytes())
    return recorded
