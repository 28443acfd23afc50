"""Every command that a document names is run by a test, or its line says why not."""

from __future__ import annotations

from onetop_backend.tests.documents.pages import (
    ROOT,
    blocks_of,
    commands_in_text,
    commands_of,
    pages,
)
from onetop_backend.tests.house.commands import ELSEWHERE, FOLLOWED, NOT_HERE, OPERATED, WHOLE
from onetop_backend.tests.house.test_docs import collected


def is_run_as_it_stands(page: str, heading: str) -> bool:
    return page in WHOLE or f"{page}#{heading}" in WHOLE


def documented() -> dict[str, list[str]]:
    """Return the commands that no page's own test runs, with the places where they stand."""
    found: dict[str, list[str]] = {}
    for page in pages():
        for block in blocks_of(page):
            if is_run_as_it_stands(page, block.heading) or page.startswith(FOLLOWED):
                continue
            for command in commands_of(block):
                found.setdefault(command, []).append(f"{page}:{block.line}")
        for line, command in commands_in_text(page):
            found.setdefault(command, []).append(f"{page}:{line}")
    return found


def run_by_pages() -> set[str]:
    """Return the commands of the pages that are run in their order."""
    return {
        command
        for page in pages()
        if page.startswith((*FOLLOWED, *OPERATED))
        for block in blocks_of(page)
        for command in commands_of(block)
    } - set(NOT_HERE)


def test_every_command_is_run_or_says_why_not():
    known = run_by_pages() | set(ELSEWHERE) | set(NOT_HERE)

    unknown = {command: where for command, where in documented().items() if command not in known}

    assert unknown == {}, "give each a line in onetop_backend/tests/house/commands.py"


def test_no_line_is_about_a_command_that_is_gone():
    parts = {f"{page}#{block.heading}" for page in pages() for block in blocks_of(page)}

    assert (set(ELSEWHERE) | set(NOT_HERE)) - set(documented()) == set()
    assert set(WHOLE) - parts - set(pages()) == set()
    assert set(ELSEWHERE) & set(NOT_HERE) == set()


def test_the_tests_that_are_named_are_there():
    for test in {*ELSEWHERE.values(), *WHOLE.values()}:
        path, _, name = test.partition("::")
        assert (ROOT / path).is_file(), path
        assert name in collected(path), test


def test_every_reason_says_something():
    assert [command for command, reason in NOT_HERE.items() if len(reason.split()) < 4] == []
