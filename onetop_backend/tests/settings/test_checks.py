from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from onetop_backend.checks import refuse_unsafe_start


@pytest.fixture
def production(settings):
    settings.LOCAL_STACK = settings.TESTING = settings.DEBUG = False
    settings.CONFIGURED_SECRET_KEY = "k" * 50
    settings.ALLOWED_HOSTS = ["onetop.vn"]
    settings.CORS_ALLOWED_ORIGINS = settings.CSRF_TRUSTED_ORIGINS = ["https://app.onetop.vn"]
    settings.FRONTEND_URL = "https://app.onetop.vn"
    settings.EMAIL_HOST = "mail.onetop.vn"
    return settings


class TestRefuseUnsafeStart:
    def test_lets_proper_settings_pass(self, production):
        refuse_unsafe_start()

    def test_names_everything_that_is_wrong_at_once(self, production):
        production.CONFIGURED_SECRET_KEY = "short"
        production.DEBUG = True
        production.ALLOWED_HOSTS = ["*"]

        with pytest.raises(ImproperlyConfigured) as refused:
            refuse_unsafe_start()

        assert str(refused.value) == (
            "SECRET_KEY needs at least 50 random characters; DEBUG must be off; "
            "ALLOWED_HOSTS must name the hosts that are served, not *"
        )

    @pytest.mark.parametrize(
        ("name", "value", "reason"),
        [
            ("CONFIGURED_SECRET_KEY", "k" * 49, "SECRET_KEY needs at least 50 random characters"),
            ("DEBUG", True, "DEBUG must be off"),
            (
                "ALLOWED_HOSTS",
                ["onetop.vn", "*"],
                "ALLOWED_HOSTS must name the hosts that are served, not *",
            ),
            (
                "CORS_ALLOWED_ORIGINS",
                ["https://app.onetop.vn", "http://app.onetop.vn"],
                "CORS_ALLOWED_ORIGINS must be https origins, not http://app.onetop.vn",
            ),
            ("CORS_ALLOWED_ORIGINS", ["*"], "CORS_ALLOWED_ORIGINS must be https origins, not *"),
            (
                "CSRF_TRUSTED_ORIGINS",
                ["http://localhost:3000", "https://localhost"],
                "CSRF_TRUSTED_ORIGINS must be https origins, not http://localhost:3000, https://localhost",
            ),
            (
                "FRONTEND_URL",
                "http://localhost:3000",
                "FRONTEND_URL must be an https address, not http://localhost:3000",
            ),
            ("EMAIL_HOST", "", "EMAIL_HOST must name a mail server"),
        ],
    )
    def test_d9_refuses_each_alone(self, production, name, value, reason):
        setattr(production, name, value)

        with pytest.raises(ImproperlyConfigured) as refused:
            refuse_unsafe_start()

        assert str(refused.value) == reason

    def test_asks_nothing_of_the_local_stack(self, production):
        production.DEBUG = True
        production.LOCAL_STACK = True

        refuse_unsafe_start()
