"""What may be in the image, as its files say it. That it is so in a built one, `test_image.py` watches."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from onetop_backend.tests.containers.compose import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
BUILD, FINAL = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]


WITH_A_DOOR_TO_THE_LOCAL_STACK = "onetop_backend/management/commands/check_stack.py"
"""Asks the local stack too, and imports it only then."""


@cache
def context() -> frozenset[Path]:
    """Return the files that a build can see: the last line of .dockerignore that fits a path decides."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    rules = []
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern = re.escape(line.removeprefix("!"))
            for marks, meaning in (
                (r"\*\*/", "(?:.*/)?"),
                (r"\*", "[^/]*"),
            ):
                pattern = pattern.replace(marks, meaning)
            rules.append((re.compile(f"{pattern}(?:/.*)?"), line.startswith("!")))

    def seen(path: str) -> bool:
        kept = True
        for pattern, keeps in rules:
            if pattern.fullmatch(path):
                kept = keeps
        return kept

    return frozenset(Path(path) for path in listed if seen(path))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def module_file(name: str) -> Path | None:
    """Return the file of a module of ours, seen by the build or not."""
    path = Path(*name.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if (ROOT / file).is_file():
            return file
    return None


def test_the_linter_has_nothing_to_say(tmp_path):
    planted = tmp_path / "Dockerfile"
    planted.write_text(DOCKERFILE.replace('CMD ["web"]', "CMD web"))
    hadolint = Path(sys.executable).with_name("hadolint")

    def said(path: Path) -> tuple[int, str]:
        done = subprocess.run(
            [hadolint, "--no-color", path], check=False, capture_output=True, text=True
        )
        return done.returncode, done.stdout

    assert said(ROOT / "Dockerfile") == (0, "")
    status, complaint = said(planted)
    assert (status, "DL3025" in complaint) == (1, True)


def test_a_build_sees_the_platform_and_nothing_else():
    files = {str(path) for path in context()}

    assert {"manage.py", "LICENSE", "requirements/base.txt", "onetop_backend/wsgi.py"} <= files
    assert {path.parts[0] for path in context()} == {
        "LICENSE", "apps", "manage.py", "onetop_backend", "requirements",
    }  # fmt: skip
    assert [path for path in files if path.startswith("requirements/")] == ["requirements/base.txt"]
    assert [path for path in files if "/tests/" in path] == []
    assert {path.rpartition("/")[0] for path in files if "demo" in path} == {"apps/core/demo"}
    assert [path for path in files if path.startswith("onetop_backend/local/")] == []


def test_what_a_build_sees_needs_nothing_that_it_does_not_see():
    missing = {
        (str(path), str(file))
        for path in context()
        if path.suffix == ".py" and str(path) != WITH_A_DOOR_TO_THE_LOCAL_STACK
        for name in imports(path)
        if (file := module_file(name)) and file not in context()
    }

    assert missing == set()


def test_what_a_build_sees_is_a_platform(tmp_path):
    for path in context():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)

    for command in (("check",), ("check_stack", "--help")):
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            check=False,
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_both_stages_begin_with_the_same_pinned_image():
    bases = {stage.split(maxsplit=1)[0] for stage in (BUILD, FINAL)}

    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-bookworm", bases.pop())


def test_packages_are_wheels_with_known_hashes_from_one_list():
    assert "--require-hashes --only-binary :all:" in BUILD
    assert re.findall(r"requirements/\w+\.txt", DOCKERFILE) == ["requirements/base.txt"] * 2
    assert "apt-get" not in DOCKERFILE


def test_it_runs_as_a_user_by_number_and_hears_signals():
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    entry = re.findall(r"^ENTRYPOINT (.+)$", FINAL, re.MULTILINE)
    assert [json.loads(line) for line in entry] == [["python", "-m", "onetop_backend.processes"]]
    assert FINAL.index("USER 10001") > FINAL.rindex("RUN ")
