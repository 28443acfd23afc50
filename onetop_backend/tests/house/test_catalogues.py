"""Everything that people read exists in Vietnamese: complete, current, and with the same placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from onetop_backend.tests.house import contracts

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "mark": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sdf]|\{\w*\}")
ENGLISH = re.compile(r"([\x20-\x7e\n–—…’→·×đ]|“[^”]*”)*")
"""Plain letters, and words of any language in quotation marks."""

HOUSES = [
    *(contracts.ROOT / "apps" / app for app in contracts.existing_apps(contracts.ROOT)),
    contracts.ROOT / "onetop_backend",
]

Key = tuple[str | None, str]


def texts(house: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield every file that may hold messages, as Python."""
    for path in sorted(house.rglob("*.py")):
        if "tests" not in path.relative_to(house).parts:
            yield path, path.read_bytes()
    for path in sorted(house.rglob("templates/**/*.*")):
        yield path, templatize(path.read_text()).encode()


def used(house: Path) -> dict[Key, str]:
    """Return the messages of a house by context and English text, with where they stand."""
    found: dict[Key, str] = {}
    for path, content in texts(house):
        for line, msgid, _, context in extract("python", BytesIO(content), KEYWORDS):
            singular = msgid[0] if isinstance(msgid, tuple) else msgid
            found[context, singular] = f"{path.relative_to(contracts.ROOT)}:{line}"
    return found


def catalogue(house: Path) -> Catalog:
    path = house / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale="vi")
    with path.open("rb") as file:
        return pofile.read_po(file, locale="vi", abort_invalid=True)


def messages(house: Path) -> dict[Key, Message]:
    found: dict[Key, Message] = {}
    for message in catalogue(house):
        singular = forms(message.id)[0]
        if singular:
            found[message.context, singular] = message
    return found


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def name(house: Path) -> str:
    return house.name


@pytest.mark.parametrize("house", HOUSES, ids=name)
class TestVietnamese:
    def test_has_every_message(self, house):
        there = messages(house)

        assert {
            key: where
            for key, where in used(house).items()
            if key not in there or not all(forms(there[key].string))
        } == {}

    def test_has_no_message_that_nothing_uses(self, house):
        assert set(messages(house)) - set(used(house)) == set()
        assert dict(catalogue(house).obsolete) == {}

    def test_is_not_guessed(self, house):
        assert [message.id for message in messages(house).values() if message.fuzzy] == []

    def test_keeps_the_placeholders(self, house):
        assert [
            message.id
            for message in messages(house).values()
            if set(PLACEHOLDER.findall(" ".join(forms(message.string))))
            != set(PLACEHOLDER.findall(" ".join(forms(message.id))))
        ] == []

    def test_is_translated_from_english(self, house):
        assert [key for key in used(house) if not ENGLISH.fullmatch(key[1])] == []


def test_houses_agree_on_the_words_they_share():
    """Django merges the catalogues, so that one of two translations of a message would win by chance."""
    said: dict[Key, dict[tuple[str, ...], str]] = {}
    for house in HOUSES:
        for key, message in messages(house).items():
            said.setdefault(key, {})[forms(message.string)] = house.name

    assert {key: ways for key, ways in said.items() if len(ways) > 1} == {}
