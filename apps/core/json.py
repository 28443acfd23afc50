"""JSON as this platform writes and reads it, over HTTP and over sockets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import orjson
from django.utils import timezone
from django.utils.functional import Promise

from apps.core.text import nfc

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


class NotJson(ValueError):
    """The text is not JSON as RFC 8259 has it."""


def dumps(data: Any) -> bytes:
    """Return data as UTF-8; instants carry the offset of the platform's time zone, decimals are strings."""
    return orjson.dumps(data, default=_plain, option=_OPTIONS)


def canonical(data: Any) -> bytes:
    """Return data as UTF-8 that is the same whatever the order of its members, to be compared or hashed."""
    return orjson.dumps(data, default=_plain, option=_OPTIONS | orjson.OPT_SORT_KEYS)


def loads(body: bytes) -> Any:
    """Return data with every text in NFC, so that nothing behind has to think of it.

    The standard library's parser would let in NaN, lone surrogates that no database stores, and nesting
    that exhausts the stack.

    :raises NotJson: it is not JSON
    """
    try:
        return normalised(orjson.loads(body))
    except orjson.JSONDecodeError as error:
        raise NotJson from error


def normalised(data: Any) -> Any:
    """Return the same data with every text in Unicode normal form C."""
    if isinstance(data, str):
        return nfc(data)
    if isinstance(data, list):
        return [normalised(item) for item in data]
    if isinstance(data, dict):
        return {nfc(name): normalised(value) for name, value in data.items()}
    return data


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        # The zone of the settings, which nothing in a request changes: Django would look for a thread's own zone
        # first, eighty times for a list of 20.
        local = value if value.tzinfo is None else value.astimezone(timezone.get_default_timezone())
        return local.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal | Promise):
        return str(value)
    raise TypeError(f"{type(value).__qualname__} has no JSON form here")
