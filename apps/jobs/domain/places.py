"""Names of places as people type them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from apps.core.text import fold

SUGGESTIONS = 5

# "T.P." arrives here as two letters. Only whole words go, and never the last one that is left.
_BEFORE = (("thanh", "pho"), ("t", "p"), ("tp",), ("tinh",))
_AFTER = (("viet", "nam"), ("vietnam",), ("vn",), ("city",), ("province",), ("cu",))


def name_key(name: str) -> str:
    """Return what two spellings of a place have in common: no accents, marks, spaces, or “tỉnh”."""
    words = re.findall(r"[a-z0-9]+", fold(name))
    for prefix in _BEFORE:
        if len(words) > len(prefix) and tuple(words[: len(prefix)]) == prefix:
            words = words[len(prefix) :]
    for suffix in _AFTER:
        if len(words) > len(suffix) and tuple(words[-len(suffix) :]) == suffix:
            words = words[: -len(suffix)]
    return "".join(words)


def closest(key: str, codes_by_key: Iterable[tuple[str, str]]) -> list[str]:
    """Return the codes of the five places with the most similar names, the closest first."""
    best: dict[str, float] = {}
    matcher = SequenceMatcher(b=key, autojunk=False)
    for other, code in codes_by_key:
        matcher.set_seq1(other)
        best[code] = max(best.get(code, 0.0), matcher.ratio())
    return sorted(best, key=lambda code: (-best[code], code))[:SUGGESTIONS]
