"""What is installed is used, what is used is installed, and each says why.

The system before had fifteen packages that nothing used, and lacked one that its settings named (D38).
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from onetop_backend.tests.house import contracts

ROOT = contracts.ROOT
LOCAL = "onetop_backend/local"

NOT_NAMED = {"argon2-cffi": "Django's hasher of passwords imports it"}
PARTS = {"asgiref": "django", "kombu": "celery"}
"""Packages that are a part of one that was wished for."""


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def wishes(profile: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{profile}.in").read_text().splitlines()
    return {canonical(re.split(r"[=\[]", line)[0]) for line in lines if re.match(r"\w", line)}


def locked(profile: str) -> set[str]:
    text = (ROOT / "requirements" / f"{profile}.txt").read_text()
    return {canonical(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


@cache
def owners() -> dict[str, set[str]]:
    """Return the distributions that bring each module."""
    found = packages_distributions()
    return {module: {canonical(name) for name in names} for module, names in found.items()}


def sources(*, local: bool) -> Iterator[ast.AST]:
    for top in ("apps", "onetop_backend"):
        for path in sorted((ROOT / top).rglob("*.py")):
            place = path.relative_to(ROOT)
            of_tests = "tests" in place.parts or place.name.startswith("pytest_")
            if not of_tests and place.is_relative_to(LOCAL) is local:
                yield from nodes(path)


def nodes(path: Path) -> Iterator[ast.AST]:
    """Yield what a module consists of, but not what only type checkers read."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        yield node
        typing_only = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        waiting.extend(node.orelse if typing_only else ast.iter_child_nodes(node))  # type: ignore[attr-defined]


def imported(found: Iterator[ast.AST]) -> set[str]:
    """Return the distributions that imports ask for, several for one module where several bring it."""
    modules = set()
    for node in found:
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module.split(".")[0])
    others = modules - sys.stdlib_module_names - {"apps", "onetop_backend"}
    return set().union(*[owners()[module] for module in others])


def named(found: Iterator[ast.AST]) -> set[str]:
    """Return the distributions that texts name: settings and commands name modules in texts."""
    texts = {
        node.value.split(".")[0]
        for node in found
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return set().union(*[owners().get(text, set()) for text in texts])


@pytest.mark.parametrize(
    ("profile", "local"), [({"base"}, False), ({"base", "local"}, True)], ids=["base", "local"]
)
def test_what_is_imported_is_wished(profile, local):
    wished = set().union(*[wishes(name) for name in profile])
    asked = {PARTS.get(name, name) for name in imported(sources(local=local))}

    assert asked - wished == set()


def test_what_is_wished_is_used():
    used: set[str] = set(NOT_NAMED)
    for local in (False, True):
        used |= imported(sources(local=local)) | named(sources(local=local))

    assert (wishes("base") | wishes("local")) - used == set()


@pytest.mark.parametrize("profile", ["base", "local", "dev"])
def test_what_is_wished_is_locked(profile):
    assert wishes(profile) - locked(profile) == set()


def test_what_is_wished_says_why():
    explained: set[str] = set()
    for line in (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines():
        if not re.match(r"\| [a-z]", line) or line.startswith("| package |"):
            continue
        first, *others = re.sub(r"\[[^\]]*\]", "", line.split("|")[1]).split(",")
        explained.add(canonical(first))
        for other in map(str.strip, others):
            explained.add(canonical(first + other if other.startswith("-") else other))

    assert explained == wishes("base") | wishes("local")
