"""Limits of routes: ``@throttled`` on a method of a view."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from rest_framework.request import Request

from apps.core import throttle
from apps.core.api.schema import stating
from apps.core.clients import client_of, network_of

_Handler = TypeVar("_Handler", bound=Callable[..., Any])


def by_user(request: Request) -> str:
    """Count for the account that asks; the view lets nobody in who is not signed in."""
    return str(request.user.pk)


def by_address(request: Request) -> str:
    """Count for the network that asks."""
    return network_of(client_of(request).ip)


def throttled(
    scope: str, *, by: Callable[[Request], str], only_accepted: bool = False
) -> Callable[[_Handler], _Handler]:
    """Let a method of a view run as often as the scope's rate allows; then it answers 429.

    Every attempt counts. With ``only_accepted`` a request that is refused (400, 409 …) gives its turn back: for
    limits on what comes out, where guessing gains nothing. Stands nearest to the method, below ``@idempotent``, so
    that a replayed answer takes no turn. A scope that a service takes is stated by ``documented(scopes=…)``.
    """

    def limit(handler: _Handler) -> _Handler:
        @functools.wraps(handler)
        def limited(view: Any, request: Request, *args: Any, **kwargs: Any) -> Any:
            key = by(request)
            throttle.take(scope, key)
            try:
                return handler(view, request, *args, **kwargs)
            except Exception:
                if only_accepted:
                    throttle.give_back(scope, key)
                raise

        return stating(limited, scope)  # type: ignore[return-value]

    return limit
