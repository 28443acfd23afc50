"""The way into a socket: a page that may open one, a ticket that was not used yet, an account that may act."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Protocol, TypeAlias
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import structlog
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from django.conf import settings
from django.http.request import validate_host
from django.urls import re_path
from django.utils.http import is_same_domain

from apps.core import logs, tickets
from apps.core.errors import DomainError
from apps.core.logs.context import request_id_from
from apps.core.realtime.rows import in_database

PURPOSE = "socket"

Scope: TypeAlias = dict[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Any]]
Send: TypeAlias = Callable[[Any], Awaitable[None]]
Application: TypeAlias = Callable[..., Awaitable[Any]]

_LOCAL_HOSTS = [".localhost", "127.0.0.1", "[::1]"]

log = structlog.stdlib.get_logger("onetop.socket")


class Account(Protocol):
    """Whoever speaks through a socket, as far as the kernel knows them."""

    @property
    def pk(self) -> UUID:
        """The id that what is pushed to them is addressed to."""


class TicketAuth:
    """Lets a handshake pass with ``?ticket=`` and puts its account into ``scope["user"]``; else answers 403.

    Browsers send no Authorization header with a handshake, and a token in an address ends up in logs: hence
    a ticket that is worthless once used. It says as what the person came in, such as a session, and
    ``find_account`` returns the account behind that if it may still act. The question goes along in the scope,
    because a socket outlives what was true when it was opened.
    """

    def __init__(
        self, application: Application, *, find_account: Callable[[UUID], Account | None]
    ) -> None:
        self._application = application
        self._find_account = in_database(find_account)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open the socket for the account of the ticket, or refuse the handshake."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        logs.clear()
        logs.bind(request_id=request_id_from(headers.get(b"x-request-id")))
        if not origin_may_connect(headers.get(b"origin")):
            await _refuse("origin", receive, send)
            return
        try:
            subject = await _subject_of(scope)
            find_account = partial(self._find_account, subject) if subject else None
            user = await find_account() if find_account else None
        except DomainError as error:
            await _refuse(error.code, receive, send)
            return
        if user is None:
            await _refuse("ticket", receive, send)
            return
        logs.bind(actor_id=str(user.pk))
        await self._application(
            {**scope, "user": user, "find_account": find_account}, receive, send
        )


async def _subject_of(scope: Scope) -> UUID | None:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    ticket = query.get("ticket", [""])[-1]
    # Not in the thread that Django's ORM is bound to: tickets need Redis only.
    spend = sync_to_async(tickets.spend, thread_sensitive=False)
    subject = await spend(purpose=PURPOSE, ticket=ticket)
    return None if subject is None else UUID(subject)


class SocketRouter(URLRouter):
    """Routes sockets by path; an unknown path is a refused handshake, not an exception."""

    def __init__(self, routes: Sequence[Any]) -> None:
        unrouted: Any = _unrouted
        super().__init__([*routes, re_path(r"", unrouted)])


def origin_may_connect(origin: str | None) -> bool:
    """Return whether a page of this origin may open a socket.

    Only browsers send an origin, and they always do: a client without one is no page that somebody was
    lured to. The rule is that of Django's CSRF check: a trusted origin, or one of our own hosts.
    """
    if origin is None:
        return True
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        parsed = urlsplit(origin)
        host = parsed.hostname
    except ValueError:
        return False
    if not host or parsed.scheme not in {"http", "https"}:
        return False
    hosts = settings.ALLOWED_HOSTS or (_LOCAL_HOSTS if settings.DEBUG else [])
    return validate_host(f"[{host}]" if ":" in host else host, hosts) or any(
        parsed.scheme == trusted.scheme
        and is_same_domain(parsed.netloc, trusted.netloc.removeprefix("*"))
        for trusted in map(urlsplit, settings.CSRF_TRUSTED_ORIGINS)
        if trusted.netloc.startswith("*")
    )


async def _refuse(reason: str, receive: Receive, send: Send) -> None:
    """End a handshake before it is accepted, which servers answer with 403; no channel layer is needed."""
    log.info("socket refused", reason=reason)
    await receive()
    await send({"type": "websocket.close", "code": 1008})


async def _unrouted(scope: Scope, receive: Receive, send: Send) -> None:
    await _refuse("path", receive, send)
