"""Query parameters as declarations: what is not declared is refused, not ignored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from apps.core import json
from apps.core.errors import FieldError, InvalidInput


class Several(serializers.ListField):
    """A parameter that may be repeated; the rows that match any of its values are meant."""

    def __init__(self, child: serializers.Field[Any, Any, Any, Any], **options: Any) -> None:
        options.setdefault("max_length", 50)
        super().__init__(child=child, **options)


class Filters(serializers.Serializer[Any]):
    """Base of a list's filters. Fields are DRF's; all are optional, and a blank value means "not given".

    >>> class JobFilters(Filters):
    ...     place = Several(serializers.CharField(max_length=100))
    ...     salary_min = serializers.IntegerField(min_value=0)
    """

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the declared fields, none of them required."""
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


def read_filters(
    declared: type[Filters], request: Request, *, besides: Collection[str] = ()
) -> dict[str, Any]:
    """Return the values of the declared parameters that were given, or that have a default.

    ``besides`` names parameters that are somebody else's, such as those of the pages.

    :raises InvalidInput: a parameter is unknown, malformed, or repeated although it takes one value
    """
    refuse_unknown(declared, request, besides=besides)
    given: dict[str, Any] = {}
    repeated: list[FieldError] = []
    for name, field in _fields(declared).items():
        values = [
            value for value in json.normalised(request.query_params.getlist(name)) if value.strip()
        ]
        if isinstance(field, Several):
            given |= {name: values} if values else {}
        elif len(values) > 1:
            repeated.append(FieldError(name, "repeated", _("This filter takes one value only.")))
        elif values:
            given[name] = values[0]
    if repeated:
        raise InvalidInput(errors=tuple(repeated))
    return _read(declared, given) if given else dict(_when_nothing_is_given(declared))


def refuse_unknown(
    declared: type[Filters], request: Request, *, besides: Collection[str] = ()
) -> None:
    """Refuse a request whose query names a parameter that is neither declared nor one of ``besides``.

    :raises InvalidInput: at the pointer of each such name
    """
    known = {*_fields(declared), *besides}
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        text = _("There is no such filter here.")
        raise InvalidInput(
            errors=tuple(FieldError(name, "unknown_filter", text) for name in unknown)
        )


def _fields(declared: type[Filters]) -> Mapping[str, serializers.Field[Any, Any, Any, Any]]:
    """Return the fields as the class declares them; an instance's are deep copies, a fifth of what a list costs."""
    fields: Mapping[str, serializers.Field[Any, Any, Any, Any]] = declared._declared_fields  # noqa: SLF001
    return fields


def _read(declared: type[Filters], given: Mapping[str, Any]) -> dict[str, Any]:
    filters = declared(data=given)
    filters.is_valid(raise_exception=True)
    return dict(filters.validated_data)


@cache
def _when_nothing_is_given(declared: type[Filters]) -> Mapping[str, Any]:
    """Return the defaults, which are constants."""
    return _read(declared, {})
