"""Refusals: codes of their own, titles in both languages, and one for every constraint that people meet."""

from __future__ import annotations

import re

import pytest
from django.db import models
from django.utils import translation

from apps.core.errors import DomainError, mapped_constraints
from apps.core.wording import worded
from onetop_backend.tests.house.exceptions import INTERNAL_CONSTRAINTS
from onetop_backend.tests.house.inventory import ERRORS, MODELS


class TestErrors:
    def test_have_codes_of_their_own(self):
        codes: dict[str, list[str]] = {}
        refusals: list[type[DomainError]] = [DomainError, *ERRORS]
        for error in refusals:
            codes.setdefault(error.code, []).append(error.__qualname__)

        assert {code: names for code, names in codes.items() if len(names) > 1} == {}

    @pytest.mark.parametrize("error", ERRORS)
    def test_have_stable_words_for_codes(self, error):
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", error.code)

    @pytest.mark.parametrize("error", ERRORS)
    def test_have_translated_titles(self, error):
        titles = {}
        for language in ("en", "vi"):
            with translation.override(language):
                titles[language] = worded(error.title)

        assert titles["en"] != titles["vi"]

    @pytest.mark.parametrize("error", ERRORS)
    def test_are_named_for_what_happened(self, error):
        assert not error.__name__.endswith(("Error", "Exception"))


def constraints() -> dict[str, models.BaseConstraint]:
    return {
        constraint.name: constraint for model in MODELS for constraint in model._meta.constraints
    }


class TestConstraints:
    def test_that_people_can_violate_have_an_error(self):
        unmapped = set(constraints()) - mapped_constraints()

        assert unmapped - set(INTERNAL_CONSTRAINTS) == set()
        assert set(INTERNAL_CONSTRAINTS) - unmapped == set()

    def test_that_have_an_error_exist(self):
        # The kernel's own tests map a constraint of a table that only they have.
        mapped = {name for name in mapped_constraints() if not name.startswith("test_")}

        assert mapped - set(constraints()) == set()
