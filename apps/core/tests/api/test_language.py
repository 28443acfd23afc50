from __future__ import annotations

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext

from apps.core.api.language import LanguageMiddleware


def ask(accepted: str | None, view=lambda request: HttpResponse(gettext("Not found"))):
    headers = None if accepted is None else {"Accept-Language": accepted}
    return LanguageMiddleware(view)(RequestFactory().get("/", headers=headers))


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        (None, "vi"),
        ("", "vi"),
        ("en", "en"),
        ("en-GB, vi;q=0.5", "en"),
        ("vi;q=0.5, en;q=0.9", "en"),
        ("fr, en;q=0.2", "en"),
        ("fr, *;q=0.5, en;q=0.2", "vi"),
        ("*", "vi"),
        ("not a language\n", "vi"),
        ("x" * 9_000, "vi"),
    ],
)
def test_speaks_the_language_that_the_reader_likes_best(accepted, spoken):
    response = ask(accepted)

    assert response["Content-Language"] == spoken
    assert response["Vary"] == "Accept-Language"
    with translation.override(spoken):
        assert response.content.decode() == gettext("Not found")


def test_one_request_leaves_nothing_to_the_next():
    ask("en")

    assert ask(None)["Content-Language"] == settings.LANGUAGE_CODE == "vi"


def test_a_view_may_say_itself_what_it_speaks():
    assert (
        ask("en", lambda request: HttpResponse(headers={"Content-Language": "vi"}))[
            "Content-Language"
        ]
        == "vi"
    )


def test_a_cookie_changes_nothing():
    request = RequestFactory().get("/")
    request.COOKIES["django_language"] = "en"

    response = LanguageMiddleware(lambda request: HttpResponse())(request)

    assert response["Content-Language"] == "vi"
    assert "Cookie" not in response["Vary"]
