"""How answers become bytes: JSON by orjson, whatever the client says it accepts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.core import json


class JSONRenderer(BaseRenderer):
    """Writes UTF-8 JSON; every instant carries the offset of the platform's time zone."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the bytes of an answer; an answer without data has no bytes."""
        return b"" if data is None else json.dumps(data)


class AlwaysJson(BaseContentNegotiation):
    """Answers in the view's own form and never 406.

    A download answers with a document, errors with problem+json: what a client lists in ``Accept`` for one
    of them would rule out the other, and a browser's address bar lists neither.
    """

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        """Return the first parser that reads the request's media type, if any."""
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """Return the first renderer and its media type."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type
