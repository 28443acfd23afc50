"""Addresses that fail in every way, behind the platform's middleware."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from rest_framework.exceptions import NotFound as NotFoundOfDrf
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import errors
from apps.core.api.permissions import AllowAny
from apps.core.api.views import ApiView

SECRET = "an@example.vn"
RAISED: dict[str, type[Exception]] = {
    "domain": errors.Conflict,
    "unavailable": errors.ServiceUnavailable,
    "drf": NotFoundOfDrf,
    "http404": Http404,
    "denied": PermissionDenied,
    "defect": ValueError,
}


def fail(kind: str) -> None:
    password = SECRET
    raise RAISED[kind](f"Key (email)=({password}) already exists")


class Failing(ApiView):
    """Fails as its address says."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def post(self, request: Request, kind: str, name: str) -> Response:
        """Read the body, then fail."""
        assert request.data
        fail(kind)
        return Response()


def page(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """Fail as a page."""
    fail(kind)
    return HttpResponse()


urlpatterns: list[Any] = [
    path("api/v1/failing/<str:kind>/<str:name>/", Failing.as_view()),
    path("page/<str:kind>/<str:name>/", page),
]

handler400 = "apps.core.api.problems.handler400"
handler403 = "apps.core.api.problems.handler403"
handler404 = "apps.core.api.problems.handler404"
handler500 = "apps.core.api.problems.handler500"
