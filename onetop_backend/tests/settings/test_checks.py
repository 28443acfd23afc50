from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from onetop_backend.checks import refuse_unsafe_start


@pytest.fixture
def production(settings):
    settings.LOCAL_STACK = settings.TESTING = settings.DEBUG = False
    settings.CONFIGURED_SECRET_KEY = "k" * 50
    settings.ALLOWED_HOSTS = ["onetop.vn"]
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

    def test_asks_nothing_of_the_local_stack(self, production):
        production.DEBUG = True
        production.LOCAL_STACK = True

        refuse_unsafe_start()
