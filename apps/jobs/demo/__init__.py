"""The postings of the demo world: those that are named, and those of its blocks."""

from __future__ import annotations

from apps.jobs.demo.adverts import PLACES_EVERY, Advert, adverts_of, written
from apps.jobs.demo.first import COUNT, load
from apps.jobs.demo.writing import Places, places, slug_of, write

__all__ = [
    "COUNT",
    "PLACES_EVERY",
    "Advert",
    "Places",
    "adverts_of",
    "load",
    "places",
    "slug_of",
    "write",
    "written",
]
