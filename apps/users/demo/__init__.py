"""The accounts of the demo world: the six that are named, and the people of its blocks."""

from __future__ import annotations

from apps.users.demo.first import PASSWORD, any_exist, hashed_password, load, others_exist
from apps.users.demo.people import People, Person, people_of, write

__all__ = [
    "PASSWORD",
    "People",
    "Person",
    "any_exist",
    "hashed_password",
    "load",
    "others_exist",
    "people_of",
    "write",
]
