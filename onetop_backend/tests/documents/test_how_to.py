"""The how-to pages work: each is followed to the letter, one after another, in a copy of the project."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from onetop_backend.tests.documents.following import Copy
from onetop_backend.tests.documents.pages import ROOT, Block, blocks_of, pages

FOLDER = "docs/how-to"
IN_ORDER = [
    f"{FOLDER}/{name}"
    for name in re.findall(
        r"^\| \[([\w-]+\.md)\]", (ROOT / FOLDER / "README.md").read_text(), re.MULTILINE
    )
]
TESTING = "./run test "
QUICK = "notes or NoteWritten or rooms or migrations or TestServices or TestSchedules or Vietnamese or houses or every"


def test_the_index_names_every_page():
    there = {page for page in pages() if page.startswith(f"{FOLDER}/")}

    assert set(IN_ORDER) == there - {f"{FOLDER}/README.md"}
    assert len(IN_ORDER) == len(set(IN_ORDER))


def steps() -> Iterator[Block]:
    for page in IN_ORDER:
        yield from blocks_of(page)


def what_changes_files(commands: str) -> str:
    """Leave out the commands that only look: the nightly test runs them."""
    lines = commands.splitlines(keepends=True)
    return "".join(
        line for line in lines if not re.search(r"run test (?!.* --record)|sqlmigrate|shell", line)
    )


def named_tests() -> list[str]:
    """Return the paths that the pages give to `./run test`, each once."""
    lines = [line for step in steps() if step.language == "sh" for line in step.text.splitlines()]
    words = [word for line in lines if line.startswith(TESTING) for word in shlex.split(line)]
    return sorted({word for word in words if word.startswith(("apps/", "onetop_backend/"))})


@pytest.mark.slow
def test_the_pages_together_leave_a_project_that_its_tests_accept(tmp_path: Path):
    copy = Copy(tmp_path)
    for step in steps():
        if step.language == "sh":
            copy.run(what_changes_files(step.text))
        else:
            copy.do(step)

    copy.run("git add --all && .venv/bin/pre-commit install")
    hooks = copy.run(".venv/bin/pre-commit run --all-files")
    said = copy.run(f"{TESTING} -q {' '.join(named_tests())} -k '{QUICK}'")

    assert [line for line in hooks.splitlines() if line.endswith("Failed")] == []
    assert hooks.count("Passed") >= 6
    assert re.search(r"^\d+ passed", said, re.MULTILINE)
    assert "no process left behind" in said


@pytest.mark.nightly
def test_each_page_is_judged_by_the_tests_that_it_names(tmp_path: Path):
    copy = Copy(tmp_path)

    for page in IN_ORDER:
        copy.follow(page)

    copy.run(".venv/bin/mypy")
    copy.run("./run test -q onetop_backend/tests/house apps/notes apps/notifications")
