"""Rows of postings and of what search reads of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from django.db import connection

from apps.core.demo import copy_rows
from apps.core.text import slugify
from apps.jobs.demo.adverts import Advert
from apps.jobs.domain import lifecycle, search_text
from apps.jobs.models import Job, JobSearchText, Place, PlaceAlias

_JOB = (
    "id", "company", "posted_by", "title", "slug", "place", "job_type", "salary_min", "salary_max", "is_negotiable",
    "description", "requirements", "benefits", "deadline", "expires_at", "state", "published_at", "closed_at",
    "version", "deleted_at", "created_at", "updated_at",
)  # fmt: skip
_TEXT = ("job", "document", "accented")
_WEIGHTS = ("A", "B", "C", "D")
_LONGEST = 2_000
"""Words of a posting, at most."""
_INDEX = "jobs_search_text_document"
_MANY = 1_000
"""Postings from which it is worth to lock readers out of the index for a moment."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SUFFIX_LENGTH = 6
# Six digits of base 36 that look like those of a real slug; a prime that does not divide 36 meets every number once.
_SCATTER = 1_299_709_133


@dataclass(frozen=True)
class Places:
    """All places: their names, and the words by which a posting there is found."""

    names: Mapping[str, str]
    words: Mapping[str, str]


def places() -> Places:
    """Return the places of the table."""
    aliases: defaultdict[str, list[str]] = defaultdict(list)
    for code, name in PlaceAlias.objects.order_by("id").values_list("place_id", "name"):
        aliases[code].append(name)
    everywhere = list(Place.objects.all())
    return Places(
        names={place.code: place.name for place in everywhere},
        words={
            place.code: search_text.place_words(
                full_name=place.full_name, name=place.name, aliases=aliases[place.code]
            )
            for place in everywhere
        },
    )


def slug_of(advert: Advert) -> str:
    """Return the address of a posting; the last part belongs to its number alone."""
    rest, digits = advert.number * _SCATTER % 36**_SUFFIX_LENGTH, ""
    for _ in range(_SUFFIX_LENGTH):
        rest, digit = divmod(rest, 36)
        digits += _DIGITS[digit]
    return f"{_slug(advert.title)}-{digits}"


def write(adverts: Sequence[Advert], where: Places) -> int:
    """Write postings with their search texts and return how many there were."""
    count = copy_rows(Job, _JOB, map(_row, adverts))
    with _index_later() if count >= _MANY else nullcontext():
        copy_rows(JobSearchText, _TEXT, _texts(adverts, where))
    return count


@contextmanager
def _index_later() -> Iterator[None]:
    """Let the index of search texts take its entries sorted and together: a third of the work of one by one.

    It is a matter of the caller's transaction: whatever happens, the index is left as the migration made it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL gin_pending_list_limit = '1GB'")
        cursor.execute(f"ALTER INDEX {_INDEX} SET (fastupdate = on)")
        yield
        cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [_INDEX])
        cursor.execute(f"ALTER INDEX {_INDEX} SET (fastupdate = off)")


def _row(advert: Advert) -> tuple[object, ...]:
    life, pay, texts = advert.life, advert.pay, advert.texts
    steps = (life.created_at, life.published_at, life.closed_at, life.deleted_at)
    return (
        advert.id, advert.company_id, advert.posted_by_id, advert.title, slug_of(advert), advert.place,
        advert.job_type.value, pay.lowest, pay.highest, pay.negotiable, texts.description, texts.requirements,
        texts.benefits, life.deadline, lifecycle.expiry_of(life.deadline), life.state.value, life.published_at,
        life.closed_at, 1 + (life.published_at is not None) + (life.closed_at is not None), life.deleted_at,
        life.created_at, max(step for step in steps if step is not None),
    )  # fmt: skip


def _texts(adverts: Iterable[Advert], where: Places) -> Iterator[tuple[object, str, str]]:
    for advert in adverts:
        weighted = (
            ("A", _words(advert.title)),
            ("B", _words(f"{advert.company_name} {where.words[advert.place]}")),
            ("B", _of_lines(advert.texts.requirements)),
            ("C", _of_lines(advert.texts.description)),
            ("D", _of_lines(advert.texts.benefits)),
        )
        yield (
            advert.id,
            _vector((weight, folded) for weight, (folded, _) in weighted),
            _vector((weight, accented) for weight, (_, accented) in weighted),
        )


_Words = tuple[Sequence[str], Sequence[str]]
"""The words of a text, without accents and with them."""


def _of_lines(text: str) -> _Words:
    """Return the words of a text, whose lines many postings share."""
    folded: list[str] = []
    accented: list[str] = []
    for line in text.split("\n"):
        plain, written = _words(line)
        folded += plain
        accented += written
    return folded, accented


@lru_cache(maxsize=50_000)
def _words(text: str) -> _Words:
    accented = search_text.accented_words(text).split()
    return [search_text.fold_word(word) for word in accented], accented


def _vector(texts: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Return a tsvector as PostgreSQL reads it: the words of one weight after those of the other."""
    places: dict[str, str] = {}
    position = 0
    for weight, words in texts:
        for word, mark in zip(words, islice(_MARKS[weight], position, None)):  # noqa: B905 - there are always more marks
            places[word] = f"{places[word]},{mark}" if word in places else f"{word}:{mark}"
        position += len(words)
    return " ".join(places.values())


_MARKS: Mapping[str, Sequence[str]] = {
    weight: [f"{position}{weight}" for position in range(1, _LONGEST + 1)] for weight in _WEIGHTS
}


_slug = lru_cache(maxsize=20_000)(slugify)
