"""What a new secret ends, as the checklist for deployments says it."""

from __future__ import annotations

import pytest
from django.contrib.auth.tokens import default_token_generator
from rest_framework.test import APIClient

ME = "/api/v1/auth/me/"
ANOTHER = "another-secret-that-is-long-enough-for-production-to-take-it"


@pytest.fixture
def app(api, candidate):
    """Give an app that holds a token."""
    return api(as_=candidate)


@pytest.fixture
def browser(candidate):
    """Give a browser that holds a cookie."""
    client = APIClient()
    client.force_login(candidate)
    return client


def test_before_it_both_are_signed_in(app, browser):
    assert [client.get(ME).status_code for client in (app, browser)] == [200, 200]


def test_another_secret_key_signs_browsers_out_and_ends_links(app, browser, candidate, settings):
    link = default_token_generator.make_token(candidate)
    assert default_token_generator.check_token(candidate, link)

    settings.SECRET_KEY = ANOTHER

    assert [client.get(ME).status_code for client in (app, browser)] == [200, 401]
    assert not default_token_generator.check_token(candidate, link)


def test_another_signing_key_signs_apps_out(app, browser, settings):
    settings.JWT_SIGNING_KEY = ANOTHER

    assert [client.get(ME).status_code for client in (app, browser)] == [401, 200]
