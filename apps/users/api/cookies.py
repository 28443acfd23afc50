"""Who a cookie speaks for. Django's session is only where our session's id is kept; the row decides."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.csrf import csrf_failure
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.core.api import problems
from apps.core.clients import client_of
from apps.users.errors import CsrfFailed
from apps.users.services import sessions

if TYPE_CHECKING:
    from apps.users.models import Session, User

SESSION_ID = "onetop_session"
"""The key of Django's session that holds the id of ours."""


def session_behind(request: HttpRequest | Request) -> Session | None:
    """Return our session that Django's session of a request stands for, if it can still be used."""
    session_id = session_id_of(request)
    return (
        None if session_id is None else sessions.resume(session_id=session_id, now=timezone.now())
    )


def session_id_of(request: HttpRequest | Request) -> UUID | None:
    """Return the id of our session that Django's session of a request stands for."""
    session_id = request.session.get(SESSION_ID)
    return None if session_id is None else UUID(session_id)


def account_behind(request: HttpRequest) -> User | AnonymousUser:
    """Return the account that a request's cookie speaks for; whoever has no row of ours is nobody."""
    session = session_behind(request)
    cast(Any, request).auth = session
    return AnonymousUser() if session is None else session.user


def open_row(sender: object, request: HttpRequest, user: User, **_: Any) -> None:
    """Open our session behind Django's, whatever made Django open one (``user_logged_in``).

    Because the row is what counts, a way in that did not end here would lead nowhere.
    """
    client = client_of(request)
    values: dict[str, Any] = {
        "user": user,
        "ip": client.ip,
        "user_agent": client.user_agent,
        "now": timezone.now(),
    }
    known = cast(Any, request)
    if is_app(request):
        known.signed_in = sessions.open_session(**values)
        session = known.signed_in.session
    else:
        session = sessions.open_browser_session(**values)
    request.session[SESSION_ID] = str(session.pk)
    known.auth = session


def close_row(sender: object, request: HttpRequest, **_: Any) -> None:
    """End our session behind Django's, whatever made Django end one (``user_logged_out``)."""
    session_id = session_id_of(request)
    if session_id is not None:
        sessions.log_out(session_id=session_id, refresh=None, now=timezone.now())


def is_app(request: HttpRequest) -> bool:
    """Tell whether identity's app client asks, which lives by tokens and not by cookies."""
    headless = getattr(getattr(request, "allauth", None), "headless", None)
    return getattr(headless, "client", None) == "app"


# Made once: making it takes as long as the rest of the middleware.
_account_behind_later = sync_to_async(account_behind)


class CookieMiddleware(AuthenticationMiddleware):
    """Puts the account of the cookie into ``request.user``, as Django's middleware does, by our row."""

    def process_request(self, request: HttpRequest) -> None:
        """Attach the account, which is looked up when somebody asks for it."""
        known = cast(Any, request)
        known.user = SimpleLazyObject(lambda: account_behind(request))
        known.auser = partial(_account_behind_later, request)


class CookieAuthentication(BaseAuthentication):
    """The httpOnly cookie of ``identity/browser/``, with Django's CSRF check: for pages of trusted origins."""

    raises_on_change = (CsrfFailed,)

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        """Return the account and its session; None when no cookie came, or its session is over.

        :raises CsrfFailed: the request would change something and does not prove that a page of ours sent it
        """
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        session = session_behind(request)
        if session is None:
            return None
        _require_csrf(request)
        return session.user, session


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer what Django's own check refuses (``CSRF_FAILURE_VIEW``): before the admin, and before identity."""
    if not problems.is_api(request):
        return csrf_failure(request, reason)
    return problems.refused(request, CsrfFailed())


def _require_csrf(request: Request) -> None:
    check = _CsrfCheck(_unasked)
    # Django REST framework's request answers all that the check asks for.
    sent = cast(HttpRequest, request)
    check.process_request(sent)
    if check.process_view(sent, _unasked, (), {}) is not None:
        raise CsrfFailed


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def _unasked(request: HttpRequest) -> HttpResponse:
    raise AssertionError("the check answers by itself")
