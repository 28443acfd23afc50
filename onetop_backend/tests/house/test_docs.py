"""The table of old defects says the truth: each has a line, and the tests that it names are there."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from onetop_backend.tests.house import contracts

ROOT = contracts.ROOT
NUMBERS = [f"D{number}" for number in range(1, 41)]
NOT_BUILT = {
    "chats", "export and erasure", "interviews", "jobs", "payments", "resumes",
}  # fmt: skip
"""Parts that are not there, or not whole."""


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def table() -> dict[str, tuple[list[str], list[str]]]:
    """Return number → (tests, what waits) as the page has them."""
    lines = (ROOT / "docs" / "defects.md").read_text(encoding="utf-8").splitlines()
    found: dict[str, tuple[list[str], list[str]]] = {}
    for number, _, tests, waits in (cells(line) for line in lines if line.startswith("| D")):
        assert number not in found
        named = [] if tests == "–" else [test.strip("`") for test in tests.split("<br>")]
        found[number] = (named, [] if waits == "–" else waits.split(", "))
    return found


@cache
def collected(path: str) -> frozenset[str]:
    """Return the tests of a module as pytest names them within it."""
    names: set[str] = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        members = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        names |= {
            prefix + member.name
            for member in members
            if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef)
            and member.name.startswith("test_")
        }
    return frozenset(names)


def test_every_defect_has_a_line():
    assert list(table()) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_a_defect_has_tests_or_waits_for_its_part(number):
    named, waits = table()[number]

    assert named or waits
    assert len(named) == len(set(named))
    assert set(waits) <= NOT_BUILT
    for test in named:
        path, _, name = test.partition("::")
        assert (ROOT / path).is_file(), path
        assert name in collected(path), test


def test_a_test_that_is_called_after_a_defect_stands_at_it():
    missing = []
    lines = table()
    for top in ("apps", "onetop_backend"):
        for path in sorted((ROOT / top).rglob("test_*.py")):
            place = str(path.relative_to(ROOT))
            for name in collected(place):
                missing += [
                    f"{number}: {place}::{name}"
                    for number in re.findall(r"(?<=_)d\d+(?=_)", name)
                    if f"{place}::{name}" not in lines[number.upper()][0]
                ]

    assert missing == []
