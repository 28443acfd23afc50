from __future__ import annotations

import pytest
from rest_framework.test import APIClient
from rest_framework.versioning import NamespaceVersioning


@pytest.fixture(autouse=True)
def _own_site(settings, monkeypatch):
    settings.ROOT_URLCONF = "apps.core.tests.api.site"
    monkeypatch.setattr(NamespaceVersioning, "allowed_versions", ["v1", "v2"])


@pytest.fixture
def client():
    """Give an anonymous client that reads English and shows errors as clients see them."""
    return APIClient(raise_request_exception=False, HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def signed_in():
    """Give a client that reads English and sends a good token."""
    return APIClient(
        raise_request_exception=False, HTTP_ACCEPT_LANGUAGE="en", HTTP_AUTHORIZATION="Bearer good"
    )
