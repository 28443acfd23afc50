"""Documents that cannot drift: every operation shows its filters, its pages and the problems that it answers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPMethod
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.fields import Field
from rest_framework.parsers import BaseParser
from rest_framework.permissions import SAFE_METHODS

from apps.core import errors, idempotency
from apps.core.api.filters import Filters
from apps.core.api.parsers import UploadParser
from apps.core.api.refusals import EXAMPLE_ID, Refusal, Refusals
from apps.core.api.serializers import ProblemSerializer
from apps.core.api.versions import IfMatchMalformed, VersionsDiffer

_View = TypeVar("_View", bound=Callable[..., Any])

_WRITES = frozenset({HTTPMethod.POST, HTTPMethod.PUT, HTTPMethod.PATCH})
_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": '^("[!#-\\[\\]-~]{1,255}"|[!#-~]{1,255})$'},
    OpenApiParameter.HEADER,
    description=(
        "A key of your choice, new for every request that you mean anew. The same request sent again under it "
        "within 24 hours is not done again: it is answered as the first time, with `Idempotency-Replayed: true`. "
        "Refusals of who you are, of your rate and of malformed input are not kept."
    ),
    examples=[OpenApiExample("key", value="8e03978e-40d5-43e8-bc93-6894a57f9324")],
)
_IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description=(
        "The `ETag` of what you read: the change is refused with 412 when it has moved on. `*` or no header applies it "
        "to whatever stands there. `version` in the body says the same."
    ),
    examples=[OpenApiExample("tag", value='"v3"')],
)
_STANDARD_ACTIONS = frozenset({"list", "create", "retrieve", "update", "partial_update", "destroy"})


def documented(
    *,
    raises: Sequence[type[errors.DomainError]] = (),
    scopes: Sequence[str] = (),
    **options: Any,
) -> Callable[[_View], _View]:
    """Describe one operation: drf-spectacular's ``extend_schema`` plus the domain errors that it answers.

    Problems that follow from the shape of an operation (400 for input, 401, 404 for an id, 413 and 415 for
    bodies) need not be named. ``scopes`` are the throttles that its service takes; ``throttled`` states its own.
    """

    def describe(view: _View) -> _View:
        described = stating(extend_schema(**options)(view), *scopes)
        described.raises = tuple(raises)  # type: ignore[attr-defined]
        return described

    return describe


def stating(view: _View, *scopes: str) -> _View:
    """Note on a method of a view that it is limited by these scopes, besides those noted already."""
    view.scopes = (*getattr(view, "scopes", ()), *scopes)  # type: ignore[attr-defined]
    return view


class ApiSchema(AutoSchema):
    """Adds to each operation what every operation of ours has."""

    def get_operation_id(self) -> str:
        """Return the path in words, and the verb unless the path ends in one (``jobs_publish``)."""
        words = [token.replace("-", "_") for token in self._tokenize_path()] or ["root"]
        action = getattr(self.view, "action", None)
        if action in _STANDARD_ACTIONS:
            return "_".join([*words, action])
        if self.method == HTTPMethod.POST:
            return "_".join(words)
        return "_".join([*words, "get" if self.method == HTTPMethod.GET else self.method.lower()])

    def get_summary(self) -> str | None:
        """Return the first line of the operation's docstring, unless ``documented`` gives a summary."""
        handler = self._handler()
        first_line = (inspect.getdoc(handler) or "").partition("\n")[0]
        return first_line.removesuffix(".") or None

    def get_tags(self) -> list[str]:
        """Return the group of the operation: that of its path, unless newer clients use another path."""
        if self.is_deprecated():
            return [settings.OLDER_ADDRESSES]
        first: str = super().get_tags()[0]
        return [settings.GROUP_OF.get(first, first)]

    def _resolve_path_parameters(self, variables: Any) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call]
        for parameter in parameters:
            parameter.setdefault("description", _described_path(parameter["name"]))
        return parameters

    def get_override_parameters(self) -> list[Any]:
        """Return the filters of a list, one parameter each, and the headers that an operation honours."""
        return [*self._filters(), *self._headers()]

    def _filters(self) -> list[Any]:
        declared: type[Filters] | None = getattr(self.view, "filters_class", None)
        takes_filters = self.method == HTTPMethod.GET and (
            getattr(self.view, "action", None) == "list" or not hasattr(self.view, "action")
        )
        return [declared] if declared and takes_filters and declared().fields else []

    def _headers(self) -> list[OpenApiParameter]:
        honoured = {_IDEMPOTENCY_KEY: self._is_idempotent(), _IF_MATCH: self._takes_version()}
        return [header for header, is_honoured in honoured.items() if is_honoured]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        answers: dict[str, Any] = super()._get_response_bodies(direction)
        refusals = Refusals(
            path=re.sub(r"{\w+}", EXAMPLE_ID, self.path),
            schema=self.resolve_serializer(ProblemSerializer, direction).ref,
            registry=self.registry,
        )
        for status, answer in refusals.responses(list(self._refusals())).items():
            answers.setdefault(status, answer)
        return answers

    def _refusals(self) -> Iterator[Refusal]:
        """Return an occurrence of everything that the operation refuses."""
        yield from self._of_input()
        if self.view.get_authenticators():
            yield errors.Unauthenticated()
        kinds: list[type[errors.DomainError]] = [
            kind
            for authenticator in self.view.get_authenticators()
            for kind in self._of(authenticator)
        ]
        if self._has_object() or self._is_paged():
            kinds.append(errors.NotFound)
        if self._takes_files():
            kinds += [errors.FileTooLarge, errors.UnsupportedFile]
        if getattr(self._handler(), "scopes", ()):
            kinds.append(errors.TooManyRequests)
        if self._is_idempotent():
            kinds += [idempotency.KeyMalformed, idempotency.KeyRunning, idempotency.KeyReused]
        if self._takes_version():
            kinds += [IfMatchMalformed, VersionsDiffer]
        for kind in (*kinds, *self._raises()):
            yield kind.example()

    def _of_input(self) -> Iterator[Refusal]:
        """Return what the shape of a request can be refused for, at one of its fields."""
        body = self.get_request_serializer() if self.method in _WRITES else None
        if body is not None:
            fields: Mapping[str, Any] = (body() if isinstance(body, type) else body).fields
            required = next((name for name, field in fields.items() if field.required), None)
            yield (
                _refused(required, "required") if required else _refused(next(iter(fields)), "null")
            )
            yield ParseError(None if self._takes_files() else _("The body is not valid JSON."))
            if self._takes_files():
                yield RequestDataTooBig()
                yield UnsupportedMediaType("application/json")
        elif self._takes_version():
            yield _refused("version", "null")
        elif any(parameter["in"] == "query" for parameter in self._get_parameters()):
            unknown = errors.FieldError(
                "colour", "unknown_filter", _("There is no such filter here.")
            )
            yield errors.InvalidInput(errors=(unknown,))

    def _of(self, authenticator: BaseAuthentication) -> Sequence[type[errors.DomainError]]:
        always: Sequence[type[errors.DomainError]] = getattr(authenticator, "raises", ())
        changes = self.method not in SAFE_METHODS
        on_change = getattr(authenticator, "raises_on_change", ()) if changes else ()
        return (*always, *on_change)

    def _raises(self) -> Sequence[type[errors.DomainError]]:
        return getattr(self._handler(), "raises", ())

    def _takes_version(self) -> bool:
        return errors.StaleVersion in self._raises()

    def _is_idempotent(self) -> bool:
        return getattr(self._handler(), "is_idempotent", False)

    def _handler(self) -> Callable[..., Any]:
        handler: Callable[..., Any] = getattr(
            self.view, getattr(self.view, "action", None) or self.method.lower()
        )
        return handler

    def _has_object(self) -> bool:
        return "{" in self.path

    def _is_paged(self) -> bool:
        return self._is_list_view() and getattr(self.view, "pagination_class", None) is not None

    def _takes_files(self) -> bool:
        if self.method not in _WRITES:
            return False
        parsers: Sequence[BaseParser] = self.view.get_parsers()
        return any(isinstance(parser, UploadParser) for parser in parsers)


def _described_path(name: str) -> str:
    """Return what a variable of a path is, by its name."""
    if name == "ref":
        return "Its id; where it is only read, its slug too."
    return "Its id." if name == "id" else f"Id of the {name.removesuffix('_id')}."


def _refused(pointer: str, code: str) -> errors.InvalidInput:
    """Return the refusal of a field for a reason that every field knows."""
    said = Field.default_error_messages[code]
    return errors.InvalidInput(errors=(errors.FieldError(pointer, code, said),))
