"""From text to the words that search stores and asks for.

The words are made here and not by a dictionary of the database, because a technology's name is more than
its letters (C++, C#, .NET, Node.js, F&B), and because query and posting must be cut the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from apps.core.text import fold, nfc
from apps.jobs.domain.places import name_key

_JS = r"\b(angular|express|nest|next|node|nuxt|react|three|vue)[ .]?js\b"

# What it looks like · what a posting stores · what a query asks for. A posting that says "ReactJS" is also
# found by "react"; a query for "c" does not find "C++".
_TERMS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"\bc\+\+"), " cplusplus ", " cplusplus "),
    (re.compile(r"\b([cfj])#"), r" \1sharp ", r" \1sharp "),
    (re.compile(r"(?:(?<!\w)|(?<=\basp)|(?<=\bado)|(?<=\bvb))\.net\b"), " dotnet ", " dotnet "),
    (re.compile(r"\bdot net\b"), " dotnet ", " dotnet "),
    (re.compile(_JS), r" \1js \1 ", r" \1js "),
    (re.compile(r"\b(\w) ?& ?(\w)\b"), r" \1n\2 ", r" \1n\2 "),
)
_WORD = re.compile(r"[^\W_]+")
# "kĩ sư" and "kỹ sư" are one word; only a syllable that ends in its only vowel has two spellings.
_LONE_Y = re.compile(r"([b-df-hj-np-tv-xz]{1,2}|qu)y")


@dataclass(frozen=True)
class Query:
    """A question: ``folded`` has every word without accents; ``accented`` those typed with them, as typed."""

    folded: str
    accented: str


def document_words(text: str) -> str:
    """Return the words of a posting without accents, separated by spaces."""
    return " ".join(fold_word(word) for word in _words(text, asking=False))


def accented_words(text: str) -> str:
    """Return the words of a posting in lower case as they are written, separated by spaces."""
    return " ".join(_words(text, asking=False))


def place_words(*, full_name: str, name: str, aliases: Iterable[str]) -> str:
    """Return the words by which a posting is found where it is."""
    # The key is the name in one word ("hanoi"); "TP" belongs to how people write a city's name.
    city = "TP" if full_name.startswith("Thành phố") else ""
    return " ".join([city, full_name, name, name_key(name), *aliases])


def read_query(text: str) -> Query:
    """Return what a reader asks for; a text without any word asks for nothing."""
    words = _words(text, asking=True)
    return Query(
        folded=" ".join(fold_word(word) for word in words),
        accented=" ".join(word for word in words if fold(word) != word),
    )


def _words(text: str, *, asking: bool) -> list[str]:
    text = nfc(text).lower()
    for pattern, stored, asked in _TERMS:
        text = pattern.sub(asked if asking else stored, text)
    return _WORD.findall(text)


@lru_cache(maxsize=20_000)
def fold_word(word: str) -> str:
    """Return a word without accents and in one of its spellings; a language has few words and says them often."""
    folded = fold(word)
    return folded[:-1] + "i" if _LONE_Y.fullmatch(folded) else folded
