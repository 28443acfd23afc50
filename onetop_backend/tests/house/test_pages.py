"""Documents point to what is there: files, headings, and the code that an app's README offers."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Iterator

import pytest
from django.core.management import get_commands

from onetop_backend.tests.documents.pages import ROOT, pages, text_outside_blocks
from onetop_backend.tests.house import contracts

_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`([^`]+)`")
_NAME = re.compile(r"(?:services|selectors|presenters|domain|api|integrations)(?:\.\w+)+")


def anchors(page: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = [line.lstrip("# ") for _, line in text_outside_blocks(page) if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(page: str) -> Iterator[str]:
    for number, line in text_outside_blocks(page):
        for target in _LINK.findall(line):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            place = (ROOT / page).parent / path if path else ROOT / page
            if not place.exists() or (
                anchor and anchor not in anchors(str(place.resolve().relative_to(ROOT)))
            ):
                yield f"{page}:{number}: {target}"


def test_links_lead_somewhere():
    assert [link for page in pages() for link in broken(page)] == []


def is_there(app: str, name: str) -> bool:
    """Tell whether a dotted name is a module of an app, or something in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        path = ".".join(["apps", app, *parts[:length]])
        try:
            found = importlib.util.find_spec(path)
        except ModuleNotFoundError:
            continue
        if found is not None:
            value: object = importlib.import_module(path)
            for attribute in parts[length:]:
                value = getattr(value, attribute, None)
            return value is not None
    return False


@pytest.mark.parametrize("app", contracts.existing_apps(ROOT))
def test_the_readme_of_an_app_offers_what_is_there(app):
    missing = []
    for _, line in text_outside_blocks(f"apps/{app}/README.md"):
        for span in _SPAN.findall(line):
            command = re.match(r"manage\.py (\w+)", span)
            if command and command[1] not in get_commands():
                missing.append(span)
            if _NAME.fullmatch(span) and not is_there(app, span):
                missing.append(span)

    assert missing == []
