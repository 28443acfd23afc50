"""Nobody's rows go with somebody's account: an account that did something cannot be deleted (D40)."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.models import CASCADE, ProtectedError

from onetop_backend.tests.house.inventory import MODELS
from onetop_backend.tests.privacy.world import World, build

pytestmark = pytest.mark.django_db

GOES_WITH = {
    "users.Session.user": "a session is worth nothing without its account",
    "users.RefreshToken.session": "nor a token without its session",
    "jobs.JobSearchText.job": "made from its posting, and made again from it",
}


@pytest.fixture
def world(work) -> World:
    return build(work)


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in MODELS}


@pytest.mark.parametrize("name", ["owner", "applicant", "leaver"])
def test_who_did_something_is_not_deleted(world, name):
    person, before = world.people[name], counts()

    with pytest.raises(ProtectedError), transaction.atomic():
        person.delete()

    assert counts() == before


def test_only_these_go_with_what_they_belong_to():
    going = {
        f"{model._meta.label}.{field.name}"
        for model in MODELS
        for field in model._meta.local_concrete_fields
        if getattr(field.remote_field, "on_delete", None) is CASCADE
    }

    assert going == set(GOES_WITH)
