"""Services and selectors have one shape, and doors give only what is theirs."""

from __future__ import annotations

import ast
import importlib
import inspect
import re

from onetop_backend.tests.house import contracts
from onetop_backend.tests.house.exceptions import SYSTEM_SERVICES, UNSCOPED_SELECTORS
from onetop_backend.tests.house.inventory import (
    SELECTORS,
    SERVICES,
    is_annotated,
    is_keyword_only,
)


class TestServices:
    def test_are_keyword_only(self):
        assert [name for name, service in SERVICES.items() if not is_keyword_only(service)] == []

    def test_are_annotated(self):
        assert [name for name, service in SERVICES.items() if not is_annotated(service)] == []

    def test_take_an_actor_first(self):
        anonymous = {
            name
            for name, service in SERVICES.items()
            if [*inspect.signature(service).parameters][:1] not in (["actor"], ["actor_id"])
        }

        assert anonymous - set(SYSTEM_SERVICES) == set()
        assert set(SYSTEM_SERVICES) - anonymous == set()

    def test_have_a_docstring(self):
        assert [name for name, service in SERVICES.items() if not service.__doc__] == []


class TestSelectors:
    def test_are_scoped_to_a_viewer_or_say_that_they_are_not(self):
        unscoped = {
            name
            for name, selector in SELECTORS.items()
            if not {"viewer", "actor"} & set(inspect.signature(selector).parameters)
            and not name.endswith("_unscoped")
        }

        assert unscoped - set(UNSCOPED_SELECTORS) == set()
        assert set(UNSCOPED_SELECTORS) - unscoped == set()

    def test_are_keyword_only_where_they_are_scoped(self):
        scoped = {
            name: selector
            for name, selector in SELECTORS.items()
            if {"viewer", "actor"} & set(inspect.signature(selector).parameters)
        }

        assert [name for name, selector in scoped.items() if not is_keyword_only(selector)] == []

    def test_are_annotated(self):
        assert [name for name, selector in SELECTORS.items() if not is_annotated(selector)] == []

    def test_have_a_docstring(self):
        assert [name for name, selector in SELECTORS.items() if not selector.__doc__] == []


def test_doors_give_only_what_is_theirs():
    """A door that re-exports a model would by-pass the import contracts, which see modules only."""
    smuggled = []
    for path in sorted((contracts.ROOT / "apps").rglob("*.py")):
        owner = path.relative_to(contracts.ROOT).parts[1]
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ImportFrom) or node.module is None:
                continue
            match = re.fullmatch(r"apps\.(\w+)\.(\w+)(\..+)?", node.module)
            if match is None or match[1] in {owner, "core"} or match[2] not in contracts.DOORS:
                continue
            door = f"apps.{match[1]}.{match[2]}"
            for alias in node.names:
                value = getattr(importlib.import_module(node.module), alias.name, None)
                origin = getattr(value, "__module__", door)
                made_here = inspect.isclass(value) or inspect.isfunction(value)
                if made_here and not origin.startswith(door):
                    smuggled.append(f"{path.relative_to(contracts.ROOT)}: {alias.name}")

    assert smuggled == []
