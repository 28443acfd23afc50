"""Vietnamese and other text: one normal form, one folding and one way to make slugs.

Pure: no Django, so that every ``domain`` may use it.
"""

from __future__ import annotations

import re
import secrets
import string
import unicodedata

_SLUG_ALPHABET = string.ascii_lowercase + string.digits
_SLUG_SUFFIX_LENGTH = 6
_NOT_SLUG = re.compile(r"[^a-z0-9]+")

# These letters have no canonical decomposition. The Icelandic ð and the African ɖ look the same in
# capitals (Ð, Ɖ), and texts converted from older Vietnamese encodings carry them in place of Đ.
_STROKED_D = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d"})
# Combining marks are the diacritics; format characters (zero-width space, byte order mark, direction
# overrides) cannot be seen, so two texts that differ only by them are the same to a reader.
_DROPPED = frozenset({"Mn", "Cf"})


def nfc(text: str) -> str:
    """Return the text in Unicode normal form C, the one that we store.

    macOS and some keyboards send letters and tone marks apart (form D), which look alike and compare unequal.
    """
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return what is left of a text for comparing: lower case, no diacritics, đ as d, single spaces."""
    apart = unicodedata.normalize("NFD", nfc(text).lower().translate(_STROKED_D))
    plain = "".join(char for char in apart if unicodedata.category(char) not in _DROPPED)
    return " ".join(nfc(plain).split())


def slugify(text: str, *, max_length: int = 80) -> str:
    """Return lower-case ASCII words joined by hyphens, cut between words when it is too long.

    A text without any latin letter or digit gives the empty string.
    """
    slug = _NOT_SLUG.sub("-", fold(unicodedata.normalize("NFKC", text))).strip("-")
    if len(slug) <= max_length:
        return slug
    whole_words, hyphen, _cut_word = slug[: max_length + 1].rpartition("-")
    return whole_words if hyphen else slug[:max_length]


def slug_suffix() -> str:
    """Return six random characters of a–z and 0–9 that set one slug apart from all others."""
    return "".join(secrets.choice(_SLUG_ALPHABET) for _ in range(_SLUG_SUFFIX_LENGTH))
