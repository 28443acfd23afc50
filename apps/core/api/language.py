"""The language of an answer: the reader's ``Accept-Language``, else that of the platform."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from apps.core.api.vary import vary


class LanguageMiddleware:
    """Speaks the reader's language while a request is answered.

    Django's own also reads the path twice and a cookie that nobody sets here, which costs three times as much and
    would make every answer differ by cookie.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, saying in which language and that it depends on the reader's."""
        language = _chosen(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self._get_response(request)
        vary(response, "Accept-Language")
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response


@lru_cache(maxsize=256)
def _chosen(accepted: str) -> str:
    for tag, _weight in parse_accept_lang_header(accepted):
        if tag == "*":
            break
        try:
            return translation.get_supported_language_variant(tag)
        except LookupError:
            continue
    return str(settings.LANGUAGE_CODE)
