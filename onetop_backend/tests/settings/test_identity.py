"""Providers of identities are switched on by variables."""

from __future__ import annotations

from onetop_backend.settings.identity import social_apps
from onetop_backend.variables import read


def test_without_variables_they_are_off():
    assert social_apps(read({})) == []


def test_each_is_switched_on_by_its_client_id():
    google = {"SOCIAL_GOOGLE_CLIENT_ID": "abc.apps.example", "SOCIAL_GOOGLE_SECRET": "s1"}
    other = {
        "SOCIAL_OIDC_CLIENT_ID": "onetop",
        "SOCIAL_OIDC_SECRET": "s2",
        "SOCIAL_OIDC_NAME": "Công ty",
        "SOCIAL_OIDC_URL": "https://login.example.vn",
    }

    assert social_apps(read(google | other)) == [
        {
            "provider_id": "google",
            "name": "Google",
            "client_id": "abc.apps.example",
            "secret": "s1",
            "settings": {"server_url": "https://accounts.google.com", "oauth_pkce_enabled": True},
        },
        {
            "provider_id": "oidc",
            "name": "Công ty",
            "client_id": "onetop",
            "secret": "s2",
            "settings": {"server_url": "https://login.example.vn", "oauth_pkce_enabled": True},
        },
    ]
