"""Refusals: codes of their own, titles in both languages, and one for every constraint that people meet."""

from __future__ import annotations

import ast
import re

import pytest
from django.db import models
from django.utils import translation

from apps.core.errors import DomainError, mapped_constraints
from apps.core.wording import worded
from onetop_backend.tests.house import contracts
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


NOT_SHOWN = {"detail", "errors"}
"""What an occurrence is told besides that is no member of its own; ``retry_after`` may be a header only."""


def members_raised() -> dict[str, set[str]]:
    """Return what is said of each refusal where one is made, by its class's name."""
    names = {error.__name__ for error in ERRORS}
    found: dict[str, set[str]] = {}
    for top in ("apps", "onetop_backend"):
        for path in (contracts.ROOT / top).rglob("*.py"):
            if "tests" in path.parts:
                continue
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(call, ast.Call):
                    continue
                made = call.func
                if isinstance(made, ast.Attribute) and made.attr == "field":
                    made = made.value
                name = made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "")
                if name in names:
                    said = {keyword.arg for keyword in call.keywords if keyword.arg}
                    found.setdefault(name, set()).update(said - NOT_SHOWN)
    return found


def test_refusals_document_what_they_carry():
    raised = members_raised()
    wrong = {
        error.__name__: (said, set(error.members))
        for error in ERRORS
        if (said := raised.get(error.__name__, set()) - {"retry_after"})
        != set(error.members) - {"retry_after"}
        and (said or "members" in vars(error))
    }

    assert wrong == {}


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
