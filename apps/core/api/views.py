"""Bases of all views: JSON in and out, problems for errors, pages and filters for lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from apps.core import logs
from apps.core.api.filters import Filters, read_filters, refuse_unknown
from apps.core.api.pages import PARAMETERS, V1Pagination
from apps.core.api.parsers import JSONParser
from apps.core.api.permissions import IsAuthenticated
from apps.core.api.renderers import AlwaysJson, JSONRenderer
from apps.core.compiled import Reading
from apps.core.errors import Unauthenticated

if TYPE_CHECKING:
    from apps.users.models import User

_Row = TypeVar("_Row")


class ApiView(APIView):
    """A view for one address. Subclasses state their ``permission_classes``, also when it is this one."""

    renderer_classes = [JSONRenderer]
    parser_classes = [JSONParser]
    content_negotiation_class = AlwaysJson
    permission_classes = [IsAuthenticated]
    filters_class: ClassVar[type[Filters]] = Filters

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks, and put that on every line of the log."""
        super().perform_authentication(request)
        if request.user.is_authenticated:
            logs.bind(actor_id=str(request.user.pk))

    def filters(self) -> dict[str, Any]:
        """Return the values of the query parameters that ``filters_class`` declares.

        :raises InvalidInput: a parameter is unknown or malformed
        """
        besides = PARAMETERS if getattr(self, "pagination_class", None) else ()
        return read_filters(self.filters_class, self.request, besides=besides)


class ApiViewSet(ViewSetMixin, ApiView):
    """Views that share a resource: ``list``, ``create``, ``retrieve`` … and extra actions."""

    pagination_class: ClassVar[type[V1Pagination]] = V1Pagination

    def paginated(
        self,
        rows: QuerySet[Any] | Reading[Any] | Sequence[_Row],
        present: Callable[[list[Any]], Sequence[Any]],
    ) -> Response:
        """Answer with the page that was asked for; ``present`` turns its rows into output, all at once.

        :raises InvalidInput: a parameter of the page is malformed, or one of the query is unknown
        :raises NotFound: there is no such page
        """
        refuse_unknown(self.filters_class, self.request, besides=PARAMETERS)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, self.request, view=self)
        return pages.get_paginated_response(present(page))


def authed(request: Request) -> User:
    """Return the account that asks.

    :raises Unauthenticated: nobody is signed in, which a view with ``AllowAny`` may meet
    """
    if not request.user.is_authenticated:
        raise Unauthenticated
    return request.user


def viewer_of(request: Request) -> User | None:
    """Return the account that looks, or None for the public."""
    return request.user if request.user.is_authenticated else None
