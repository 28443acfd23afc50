"""Tickets: secrets that live for seconds and open one door once, such as a socket's handshake.

Redis keeps only the SHA-256 of a ticket, so reading its memory or its log opens nothing, and GETDEL
takes a ticket away in the same step that reads it: of any number of simultaneous uses one succeeds.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django_redis import get_redis_connection
from redis.exceptions import RedisError

from apps.core.errors import ServiceUnavailable
from apps.core.errors import mark as _

_ENTROPY_BYTES = 32
_WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{43}")


class TicketsUnavailable(ServiceUnavailable):
    """The store of tickets is away; without it nobody can tell a used ticket from a new one."""

    code = "busy"
    title = _("The service is busy; please try again in a moment")


def issue(*, purpose: str, subject: str, ttl: timedelta) -> str:
    """Return a new ticket for one purpose, to be spent by the bearer as this subject within ``ttl``.

    :raises TicketsUnavailable: Redis does not answer
    """
    ticket = secrets.token_urlsafe(_ENTROPY_BYTES)
    with _store_or_refusal():
        get_redis_connection("default").set(_key(purpose, ticket), subject, px=ttl)
    return ticket


def spend(*, purpose: str, ticket: str) -> str | None:
    """Use a ticket up and return its subject; None when it is unknown, expired, used or for something else.

    :raises TicketsUnavailable: Redis does not answer
    """
    if not _WELL_FORMED.fullmatch(ticket):
        return None
    with _store_or_refusal():
        subject: bytes | None = get_redis_connection("default").getdel(_key(purpose, ticket))
    return None if subject is None else subject.decode()


def _key(purpose: str, ticket: str) -> str:
    return f"onetop:ticket:{purpose}:{hashlib.sha256(ticket.encode()).hexdigest()}"


@contextmanager
def _store_or_refusal() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise TicketsUnavailable(retry_after=1) from error
