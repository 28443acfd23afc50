"""The same rooms in every house: names, sizes, and nothing empty."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from onetop_backend.tests.house import contracts

ROOT = contracts.ROOT
APPS = contracts.existing_apps(ROOT)

BESIDE_PYTHON = {"README.md", "locale", "static", "templates"}
COMPOSITION_ROOMS = {
    "api", "apps", "asgi", "celery", "checks", "local", "locale", "management", "policies",
    "processes", "reporting", "routing", "schedules", "settings", "templates", "tests", "urls",
    "variables", "wsgi",
}  # fmt: skip
TOP = {
    "DEPLOYMENT_CHECKLIST.md", "Dockerfile", "LICENSE", "README.md", "apps", "benchmarks", "deploy",
    "docker-compose.yml", "docs", "manage.py", "onetop_backend", "pytest.ini", "requirements",
    "run",
}  # fmt: skip
NAMES_THAT_TELL_NOTHING = {"common", "helpers", "managers", "misc", "mixins", "signals", "utils"}

LONGEST_MODULE = 400
LONGEST_README = 60


def rooms_of(layers: tuple[str, ...]) -> set[str]:
    return {room.strip() for layer in layers for room in layer.replace(":", "|").split("|")}


def entries(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name != "__pycache__" and not path.name.startswith("."):
            yield path


def named(paths: Iterator[Path]) -> set[str]:
    return {path.stem if path.suffix == ".py" else path.name for path in paths} - {"__init__"}


def sources() -> list[Path]:
    return [
        path for top in ("apps", "onetop_backend") for path in sorted((ROOT / top).rglob("*.py"))
    ]


def relative(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def says_nothing(path: Path) -> bool:
    """Tell whether a module has no statement besides its docstring and ``__future__`` imports."""
    return all(
        isinstance(node, ast.Expr)
        or (isinstance(node, ast.ImportFrom) and node.module == "__future__")
        for node in ast.parse(path.read_text()).body
    )


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_only_rooms_of_the_house(app):
    layers = contracts.CORE_ROOMS if app == "core" else contracts.ROOMS

    assert named(entries(ROOT / "apps" / app)) <= rooms_of(layers) | BESIDE_PYTHON


@pytest.mark.parametrize("app", APPS)
def test_the_readme_of_an_app_fits_one_screen(app):
    readme = ROOT / "apps" / app / "README.md"
    assert readme.is_file()
    text = readme.read_text()

    assert len(text.splitlines()) <= LONGEST_README
    missing = {"owns", "offers", "events", "invariants"} - set(
        text.casefold().replace("*", " ").replace(":", " ").split()
    )
    assert not missing


def test_the_composition_root_has_only_its_rooms():
    assert named(entries(ROOT / "onetop_backend")) <= COMPOSITION_ROOMS


def test_nothing_else_stands_at_the_top():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")

    assert {name.partition("/")[0] for name in tracked if not name.startswith(".")} - {""} <= TOP


def test_every_app_is_installed(settings):
    installed = {name.split(".")[1] for name in settings.INSTALLED_APPS if name.startswith("apps.")}

    assert installed == set(APPS)


def test_names_say_what_is_inside():
    vague = [
        path
        for path in sources()
        if NAMES_THAT_TELL_NOTHING & {path.stem, *path.relative_to(ROOT).parts}
    ]

    assert relative(vague) == []


def test_no_file_is_empty():
    empty = [path for path in sources() if path.name != "__init__.py" and says_nothing(path)] + [
        path
        for top in ("apps", "onetop_backend")
        for path in (ROOT / top).rglob("*")
        if path.is_file()
        and path.name != "__init__.py"
        and "__pycache__" not in path.parts
        and path.stat().st_size == 0
    ]

    assert relative(empty) == []


def test_no_package_is_empty():
    hollow = [
        path.parent
        for path in sources()
        if path.name == "__init__.py"
        and says_nothing(path)
        and not any(entry.name != "__init__.py" for entry in entries(path.parent))
    ]

    assert relative(hollow) == []


def test_no_module_outgrows_one_subject():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if "migrations" not in path.parts
        and (lines := len(path.read_text().splitlines())) > LONGEST_MODULE
    }

    assert long == {}
