"""``ETag`` and ``If-Match`` of what people edit together: the version that they read, and start from.

These tags go to those who may edit and are never answered with 304: a version counts edits, and the answer shows
more than them. The tags of what the public reads are made from its bytes, elsewhere.
"""

from __future__ import annotations

import re
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.vary import vary
from apps.core.errors import InvalidInput
from apps.core.errors import mark as _

_TAG = re.compile(r'(W/)?"[!#-~\x80-\xff]*"')
_OURS = re.compile(r'"v([1-9][0-9]{0,9})"')
# No row is ever at this version: what names it is refused as stale, after all that is refused before.
_NEVER = 0


class IfMatchMalformed(InvalidInput):
    """The header is neither ``*`` nor one entity tag (RFC 9110 §8.8.3)."""

    code = "if_match_malformed"
    title = _('If-Match takes one entity tag, such as "v3"')


class VersionsDiffer(InvalidInput):
    """The request says twice which version it starts from, and not the same."""

    code = "versions_differ"
    title = _("If-Match and the body name different versions")


class VersionInput(serializers.Serializer[Any]):
    """What an action may be told about the row that it is done to."""

    version = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        help_text="The version that you read; a stale one is refused with 412. `If-Match` says the same.",
    )


def named_version(request: Request) -> int | None:
    """Return the version that a request starts from, by ``If-Match`` or ``version`` in its body; None without.

    A tag that is well-formed but weak or not one of ours matches no version, as RFC 9110 §13.1.1 has it.

    :raises InvalidInput: either is malformed, or the two differ
    """
    in_header, in_body = _in_header(request), _in_body(request)
    if in_header is None or in_body is None:
        return in_body if in_header is None else in_header
    if in_header != in_body:
        raise VersionsDiffer
    return in_header


def tagged(answer: Response, *, version: int | None) -> Response:
    """Return an answer that shows the version to whoever may edit; None is for those who may not."""
    if version is not None:
        answer.headers["ETag"] = f'"v{version}"'
        answer.headers["Cache-Control"] = "private, no-cache"
        vary(answer, "Authorization", "Cookie", "Accept-Language")
    return answer


def _in_header(request: Request) -> int | None:
    given = request.headers.get("If-Match", "*").strip()
    if given == "*":
        return None
    if not _TAG.fullmatch(given):
        raise IfMatchMalformed
    match = _OURS.fullmatch(given)
    return int(match[1]) if match else _NEVER


def _in_body(request: Request) -> int | None:
    given = VersionInput(data=request.data)
    given.is_valid(raise_exception=True)
    version: int | None = given.validated_data.get("version")
    return version
