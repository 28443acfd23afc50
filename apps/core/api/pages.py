"""Lists of v1: by page or by offset, in one envelope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from apps.core.compiled import Reading
from apps.core.errors import InvalidInput, NotFound

DEFAULT_SIZE = 20
LARGEST_SIZE = 100
# Rows are counted by 64-bit integers; a larger offset is an error of the database, not an empty page.
_FARTHEST = 1_000_000_000
_DIGITS = 10

PAGE, PAGE_SIZE, LIMIT, OFFSET = PARAMETERS = ("page", "page_size", "limit", "offset")


class V1Pagination(BasePagination):
    """``page`` with ``page_size``, or ``limit`` with ``offset``: existing clients use both."""

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """Return the rows of the page that was asked for.

        :raises InvalidInput: a parameter is not a number in its range, or both ways are mixed
        :raises NotFound: the page lies behind the last one
        """
        self._request = request
        self._by_offset = bool({LIMIT, OFFSET} & request.query_params.keys())
        if self._by_offset:
            self._refuse_mixture()
            self._size = self._number(LIMIT, DEFAULT_SIZE, least=1, most=LARGEST_SIZE)
            self._start = self._number(OFFSET, 0, least=0, most=_FARTHEST)
        else:
            self._size = self._number(PAGE_SIZE, DEFAULT_SIZE, least=1, most=LARGEST_SIZE)
            page = self._number(PAGE, 1, least=1, most=_FARTHEST)
            self._start = (page - 1) * self._size
        self._count = _count(queryset)
        if self._start >= self._count and not self._by_offset and self._start > 0:
            raise NotFound(_("There is no such page."))
        if self._start >= self._count:
            return []
        return list(queryset[self._start : self._start + self._size])

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        """Answer with the rows' output and where to go from here."""
        return Response(
            {
                "count": self._count,
                "next": self._link(self._start + self._size),
                "previous": self._link(self._start - self._size),
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the envelope for the documents."""
        link = {"type": ["string", "null"], "format": "uri"}
        following = {**link, "description": "Address of the next page; null on the last."}
        preceding = {**link, "description": "Address of the page before; null on the first."}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "Rows on all pages together."},
                "next": following,
                "previous": preceding,
                "results": {**schema, "description": "The rows of this page."},
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the parameters for the documents."""
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE}
        described = {
            PAGE: ("Page number.", {"type": "integer", "minimum": 1, "default": 1}),
            PAGE_SIZE: ("Rows on a page.", size),
            LIMIT: ("Rows to return; with `offset`, instead of `page`.", size),
            OFFSET: ("Rows to skip.", {"type": "integer", "minimum": 0, "default": 0}),
        }
        return [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
            for name, (text, schema) in described.items()
        ]

    def _refuse_mixture(self) -> None:
        for name in (PAGE, PAGE_SIZE):
            if name in self._request.query_params:
                raise InvalidInput.field(
                    name, "mixed", _("Use page and page_size, or limit and offset, not both.")
                )

    def _number(self, name: str, otherwise: int, *, least: int, most: int) -> int:
        """Return a parameter's value. Only ASCII digits: ``int`` would also take ``１２`` and ``1_0``."""
        given = self._request.query_params.get(name, "")
        if given == "":
            return otherwise
        well_formed = given.isascii() and given.isdigit() and len(given) <= _DIGITS
        if not well_formed or not least <= int(given) <= most:
            raise InvalidInput.field(
                name,
                "out_of_range",
                _("Give a whole number from %(least)d to %(most)d.")
                % {"least": least, "most": most},
            )
        return int(given)

    def _link(self, start: int) -> str | None:
        """Return the address of the page that starts there; None before the first and after the last."""
        if start >= self._count or (start < 0 and self._start == 0):
            return None
        url = self._request.build_absolute_uri()
        if self._by_offset:
            url = replace_query_param(url, LIMIT, self._size)
            return (
                replace_query_param(url, OFFSET, max(0, start))
                if start > 0
                else remove_query_param(url, OFFSET)
            )
        page = start // self._size + 1
        return replace_query_param(url, PAGE, page) if page > 1 else remove_query_param(url, PAGE)


def _count(rows: QuerySet[Any] | Reading[Any] | Sequence[Any]) -> int:
    return len(rows) if isinstance(rows, Sequence) else rows.count()
