"""What is offered: by occupation, level and region, in the round figures of real postings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from apps.jobs.demo.vocabulary import Level, Occupation
from apps.jobs.enums import JobType

_MILLION = 1_000_000
_REGIONS: Mapping[str, float] = {
    "01": 1.0, "79": 1.0, "REMOTE": 1.0, "NATIONWIDE": 1.0, "48": 0.93, "31": 0.93, "24": 0.93, "75": 0.93,
}  # fmt: skip
_ELSEWHERE = 0.84
_LEVELS: Mapping[Level, float] = {Level.STAFF: 1.0, Level.SENIOR: 1.35, Level.LEAD: 1.8}
_INTERN = (2.5, 4.5)
_HALF_A_JOB = 0.5


@dataclass(frozen=True, slots=True)
class Pay:
    """A posting's offer in whole đồng a month; None is not said."""

    lowest: int | None
    highest: int | None
    negotiable: bool


def offer(
    dice: Random, occupation: Occupation, *, level: Level, job_type: JobType, place: str
) -> Pay:
    """Return what a posting offers: a range mostly, one end of it, or "thỏa thuận"."""
    factor = _REGIONS.get(place, _ELSEWHERE) * dice.uniform(0.92, 1.1)
    low, high = _INTERN if level is Level.INTERN else occupation.pay
    factor *= 1.0 if level is Level.INTERN else _LEVELS[level]
    if job_type is JobType.PART_TIME and level is not Level.INTERN:
        factor *= _HALF_A_JOB
    lowest = _round(low * factor)
    highest = max(_round(high * factor * dice.uniform(0.92, 1.1)), lowest)
    shape = dice.random()
    # Who leads haggles more often than who sews.
    silent = 0.35 if level is Level.LEAD else 0.06 if occupation.bulk else 0.18
    if shape < silent:
        return Pay(None, None, negotiable=True)
    if shape < silent + 0.06:
        return Pay(lowest, None, negotiable=False)
    if shape < silent + 0.1:
        return Pay(None, highest, negotiable=False)
    if shape < silent + 0.13:
        return Pay(None, None, negotiable=False)
    return Pay(lowest, highest, negotiable=False)


def _round(millions: float) -> int:
    step = 0.5 if millions < 10 else 1 if millions < 40 else 5
    return int(max(round(millions / step) * step, step) * _MILLION)
