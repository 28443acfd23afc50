"""A small API of the kernel's own, to see what its parts do to a request: addresses, views and rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import Http404, HttpResponse
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView
from rest_framework import exceptions as drf
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import errors
from apps.core.api.filters import Filters, Several
from apps.core.api.parsers import UploadParser
from apps.core.api.permissions import AllowAny, IsAuthenticated
from apps.core.api.schema import documented
from apps.core.api.throttling import by_address, by_user, throttled
from apps.core.api.views import ApiView, ApiViewSet, authed, viewer_of
from apps.core.logs import bound_context

SOMEONE = UUID("0192f0c1-2345-7abc-8def-0123456789ab")


@dataclass(frozen=True)
class Account:
    """Stands in for an account; the kernel knows no other thing of one than its key."""

    pk: UUID = SOMEONE
    is_authenticated: bool = True


class TokenAuthentication(BaseAuthentication):
    """Lets ``Bearer good`` in, refuses ``Bearer bad``, and does not care for anything else."""

    def authenticate(self, request: Request) -> tuple[Account, None] | None:
        """Return the account of the token."""
        match request.headers.get("Authorization"):
            case "Bearer good":
                return Account(), None
            case "Bearer bad":
                raise drf.AuthenticationFailed
            case "Bearer spent":
                raise TokenSpent
        return None

    def authenticate_header(self, request: Request) -> str:
        """Return the scheme."""
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):
    """Describes the scheme for the documents."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the description."""
        return {"type": "http", "scheme": "bearer"}


class TokenSpent(errors.Unauthenticated):
    code = "token_spent"
    title = "The token was used"


class LampNotFound(errors.NotFound):
    code = "lamp_not_found"
    title = "Lamp not found"


class LampStuck(errors.Conflict):
    code = "lamp_stuck"
    title = "The lamp is stuck"
    members = {"allowed": ["ON"]}


errors.register_constraint(
    "test_lamp_name_unique", lambda: errors.InvalidInput.field("name", "taken", "Taken already.")
)


def violate(constraint: str) -> None:
    """Break a named constraint in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE lamp (name text CONSTRAINT \"{constraint}\" CHECK (name <> ''))"
            " ON COMMIT DROP"
        )
        cursor.execute("INSERT INTO lamp VALUES ('')")


REFUSALS: dict[str, Any] = {
    "not-found": LampNotFound,
    "conflict": lambda: LampStuck("It hangs.", allowed=["ON", "OFF"], status="kept out"),
    "stale": errors.StaleVersion,
    "payment": errors.PaymentRequired,
    "forbidden": errors.Forbidden,
    "unprocessable": errors.Unprocessable,
    "too-large": lambda: errors.FileTooLarge(max_bytes=5),
    "unsupported": errors.UnsupportedFile,
    "unavailable": lambda: errors.ServiceUnavailable(retry_after=7),
    "plain": errors.DomainError,
    "signed-out": errors.Unauthenticated,
    "fields": lambda: errors.InvalidInput(
        errors=(
            errors.FieldError("email", "taken", "Taken."),
            errors.FieldError("email", "short", "Short."),
            errors.FieldError("title", "blank", "No title."),
            errors.FieldError("questions/0/text", "blank", "No text."),
            errors.FieldError("", "mixed", "Not together."),
        )
    ),
    "one-field": lambda: errors.InvalidInput.field(
        "city", "unknown", "Unknown.", suggestions=["A"]
    ),
    "drf-fields": lambda: drf.ValidationError(
        {
            "name": ["Bad.", "Worse."],
            "lamps": [{}, {"watts": ["Too many."]}],
            "non_field_errors": ["No."],
        }
    ),
    "drf-list": lambda: drf.ValidationError(["One.", "Two."], code="counted"),
    "drf-denied": drf.PermissionDenied,
    "drf-throttled": lambda: drf.Throttled(wait=12.3),
    "drf-soon": lambda: drf.Throttled(wait=0.2),
    "http404": lambda: Http404("secret"),
    "denied": lambda: PermissionDenied("secret"),
    "suspicious": lambda: SuspiciousOperation("secret"),
    "defect": lambda: ZeroDivisionError("secret"),
}


class Refuse(ApiView):
    """Raises what it is told to."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [AllowAny]

    @documented(responses=None, operation_id="refusals")
    def get(self, request: Request, kind: str) -> Response:
        """Raise it."""
        refusal = REFUSALS[kind]()
        raise refusal

    @documented(responses=None, request=None)
    def post(self, request: Request, kind: str) -> Response:
        """Break a constraint."""
        violate(kind)
        return Response()


class Touch(ApiView):
    """May be used now and then."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]

    def get_permissions(self) -> Sequence[Any]:
        """Let everybody in where turns are counted by address."""
        return [AllowAny()] if self.request.method == "PATCH" else super().get_permissions()

    @documented(summary="Look", responses=None)
    def get(self, request: Request) -> Response:
        """Do nothing, without limit."""
        return Response({})

    @documented(summary="Touch", request=None, responses=None)
    @throttled("lamp_touch", by=by_user)
    def post(self, request: Request) -> Response:
        """Do nothing, or fail."""
        return _answer(request)

    @documented(summary="Light", request=None, responses=None)
    @throttled("lamp_light", by=by_user, only_accepted=True)
    def put(self, request: Request) -> Response:
        """Do nothing, or fail."""
        return _answer(request)

    @documented(summary="Touch from anywhere", request=None, responses=None)
    @throttled("lamp_touch", by=by_address)
    def patch(self, request: Request) -> Response:
        """Do nothing."""
        return _answer(request)


def _answer(request: Request) -> Response:
    if "fail" in request.query_params:
        raise LampStuck
    return Response({})


class LampInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=5)
    title = serializers.CharField(required=False)
    watts = serializers.IntegerField(required=False)


class LampOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()


class LampFilters(Filters):
    place = Several(serializers.CharField(max_length=10))
    watts_min = serializers.IntegerField(min_value=0, help_text="At least so bright.")
    lit = serializers.BooleanField()
    ordering = serializers.ChoiceField(choices=["name", "-name"], default="name")


class Rows(Sequence[int]):
    """Counts and slices like a query."""

    def __init__(self, size: int) -> None:
        self._rows = range(size)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, part: Any) -> Any:
        return self._rows[part]


class Lamps(ApiViewSet):
    """Lamps."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]
    filters_class = LampFilters

    @documented(responses=LampOutput(many=True))
    def list(self, request: Request) -> Response:
        """List lamps, 45 of them, and what was asked."""
        filters = self.filters()
        answer = self.paginated(Rows(45), lambda rows: [{"id": row} for row in rows])
        answer["X-Filters"] = ascii(filters)
        return answer

    @documented(request=LampInput, responses={201: LampOutput})
    def create(self, request: Request) -> Response:
        """Make a lamp."""
        lamp = LampInput(data=request.data)
        lamp.is_valid(raise_exception=True)
        return Response(lamp.validated_data, status=201)

    @documented(responses=LampOutput)
    def retrieve(self, request: Request, id: UUID) -> Response:
        """Show a lamp."""
        return Response(
            {"id": id, "actor": authed(request).pk, "logged": bound_context()["actor_id"]}
        )

    @documented(request=None, responses=LampOutput, raises=[LampNotFound, LampStuck, LampStuck])
    @action(detail=True, methods=["post"])
    def light(self, request: Request, id: UUID) -> Response:
        """Light a lamp."""
        raise LampNotFound


class Unfiltered(ApiViewSet):
    """A list that takes nothing but pages."""

    authentication_classes: list[type[BaseAuthentication]] = []
    permission_classes = [AllowAny]

    @documented(responses=LampOutput(many=True))
    def list(self, request: Request) -> Response:
        """List nothing."""
        return self.paginated([], list)


class Echo(ApiView):
    """Gives back what it read, or values of every kind that outputs hold."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [AllowAny]

    @documented(responses=LampOutput)
    def get(self, request: Request) -> Response:
        """Show values."""
        viewer = viewer_of(request)
        return Response(
            {
                "instant": dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
                "naive": dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC).replace(tzinfo=None),
                "day": dt.date(2026, 1, 2),
                "time": dt.time(3, 4),
                "price": Decimal("2000000.00"),
                "id": SOMEONE,
                "label": errors.NotFound.title,
                "lazy": _("Yes"),
                1: "one",
                "viewer": viewer.pk if viewer else None,
            }
        )

    @documented(request=LampInput, responses=LampOutput)
    def post(self, request: Request) -> Response:
        """Give it back."""
        return Response(request.data)

    @documented(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Give nothing back."""
        authed(request)
        return Response(status=204)


class Upload(ApiView):
    """Reads a form."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [AllowAny]
    parser_classes = [UploadParser]

    @documented(request=LampInput, responses=LampOutput)
    def post(self, request: Request) -> Response:
        """Give the fields and the files' names back."""
        data: Any = request.data
        return Response(
            {
                "fields": {
                    name: values for name, values in data.lists() if name not in request.FILES
                },
                "files": {name: file.name for name, file in request.FILES.items()},
            }
        )


def fail(request: Any, *_: Any) -> HttpResponse:
    """Fail outside of DRF."""
    raise ZeroDivisionError("secret")


def deny(request: Any, *_: Any) -> HttpResponse:
    """Refuse outside of DRF."""
    raise PermissionDenied("secret")


def distrust(request: Any, *_: Any) -> HttpResponse:
    """Find the request malformed, outside of DRF."""
    raise SuspiciousOperation("secret")


routes = [
    path("refuse/<str:kind>/", Refuse.as_view()),
    path("lamps/", Lamps.as_view({"get": "list", "post": "create"})),
    path("lamps/<uuid:id>/", Lamps.as_view({"get": "retrieve"})),
    path("lamps/<uuid:id>/light/", Lamps.as_view({"post": "light"})),
    path("shades/", Unfiltered.as_view({"get": "list"})),
    path("echo/", Echo.as_view()),
    path("upload/", Upload.as_view()),
    path("touch/", Touch.as_view()),
]
urlpatterns = [
    path("api/v1/", include((routes, "v1"), namespace="v1")),
    path("api/v2/", include((routes[:1], "v2"), namespace="v2")),
    path("api/schema/", SpectacularAPIView.as_view(api_version="v1", versioning_class=None)),
    re_path(r"^(api/)?fail/$", fail),
    re_path(r"^(api/)?deny/$", deny),
    re_path(r"^(api/)?distrust/$", distrust),
]

handler400 = "apps.core.api.problems.handler400"
handler403 = "apps.core.api.problems.handler403"
handler404 = "apps.core.api.problems.handler404"
handler500 = "apps.core.api.problems.handler500"
