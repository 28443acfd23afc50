"""What occupations are called, do, ask for, offer and pay: the files beside this module, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from apps.core.demo import Phrases, data

# Said to beginners, and so not to those who lead.
_FOR_BEGINNERS = (
    "Không yêu cầu kinh nghiệm", "Không cần kinh nghiệm", "mới ra trường", "mới tốt nghiệp", "chưa có tay nghề",
)  # fmt: skip
# Said to people with a past, and so not to interns.
_FOR_OTHERS = (
    "năm", "inh nghiệm", "ốt nghiệp", "hứng chỉ", "Từng", "ằng ", "Gắn bó", "Có ít nhất", "Không yêu cầu", "IELTS",
)  # fmt: skip


class Level(Enum):
    """How far somebody has come; the value is where the titles stand in the file."""

    STAFF = "titles"
    SENIOR = "senior"
    LEAD = "lead"
    INTERN = "intern"


@dataclass(frozen=True)
class Occupation:
    """One line of work at each of its levels; pay is that of staff in a large city, in million đồng a month."""

    titles: Mapping[Level, Sequence[str]]
    pay: tuple[float, float]
    duties: Phrases
    requirements: Mapping[Level, Phrases]
    shared: Mapping[Level, Phrases]
    """What the whole family asks for."""
    remote: bool
    bulk: bool
    """Many are hired at once."""
    part_time: bool
    freelance: bool


@dataclass(frozen=True)
class Family:
    """Occupations that are at home in one branch."""

    name: str
    occupations: Sequence[Occupation]
    duties: Phrases
    benefits: Phrases


@cache
def families() -> Mapping[str, Family]:
    """Return the families by the name of their branch."""
    files = sorted((Path(__file__).parent / "families").glob("*.toml"))
    return {file.stem: _family(file.stem, data(file)) for file in files}


@cache
def general() -> Mapping[str, Phrases]:
    """Return what all families share, by what it is for."""
    read = data(Path(__file__).with_name("general.toml"))
    return {name: Phrases(sentences) for name, sentences in read.items()}


def _family(name: str, read: Mapping[str, Any]) -> Family:
    shared = {level: Phrases(_fitting(level, read["requirements"])) for level in Level}
    return Family(
        name=name,
        occupations=[_occupation(each, shared) for each in read["occupations"]],
        duties=Phrases(read["duties"]),
        benefits=Phrases(read["benefits"]),
    )


def _occupation(read: Mapping[str, Any], shared: Mapping[Level, Phrases]) -> Occupation:
    low, high = read["pay"]
    return Occupation(
        titles={level: read[level.value] for level in Level if level.value in read},
        pay=(low, high),
        duties=Phrases(read["duties"]),
        requirements={level: Phrases(_fitting(level, read["requirements"])) for level in Level},
        shared=shared,
        remote=read.get("remote", False),
        bulk=read.get("bulk", False),
        part_time=read.get("part_time", False),
        freelance=read.get("freelance", False),
    )


def _fitting(level: Level, sentences: Sequence[str]) -> Sequence[str]:
    if level is Level.STAFF:
        return sentences
    unfit = _FOR_OTHERS if level is Level.INTERN else _FOR_BEGINNERS
    return [sentence for sentence in sentences if not any(word in sentence for word in unfit)]
