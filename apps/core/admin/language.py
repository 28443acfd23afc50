"""The language of the admin: what its reader chose there, else what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

COOKIE = "admin_language"
_YEAR = 365 * 86400

View = Callable[..., HttpResponse]


def in_chosen_language(view: View) -> View:
    """Have a page of the admin answer in the language that its reader chose."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = request.COOKIES.get(COOKIE)
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        return view(request, *args, **kwargs)

    return answer


def choose(request: HttpRequest) -> HttpResponse:
    """Keep the language that somebody chose, in a cookie for the admin alone, and lead back."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    root = reverse("admin:index")
    back = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    answer = HttpResponseRedirect(back if inside else root)
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(
            COOKIE,
            language,
            max_age=_YEAR,
            path=root,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer
