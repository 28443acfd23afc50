"""Rounds of measurements, their medians and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.rig.load import Burst

# A shared machine's ratios of three short rounds differ by a fifth; a regression worth an alarm is larger.
SHORT_MARGIN = 0.6


@dataclass(frozen=True)
class Sample:
    """One case in one round: CPU seconds of the server, and what the load saw."""

    cpu_seconds: float
    burst: Burst

    @property
    def cpu_ms(self) -> float:
        """Return the milliseconds of CPU that one request took."""
        return self.cpu_seconds * 1000 / self.burst.answered


@dataclass(frozen=True)
class Limit:
    """The least that the CPU of one case divided by that of another may be."""

    name: str
    dividend: str
    divisor: str
    at_least: float

    def ratio(self, rounds: Sequence[Mapping[str, Sample]]) -> float | None:
        """Return the median over the rounds; the two are compared within a round, under the same load."""
        ratios = [
            samples[self.dividend].cpu_ms / samples[self.divisor].cpu_ms
            for samples in rounds
            if self.dividend in samples and self.divisor in samples
        ]
        return median(ratios) if ratios else None


def judge(
    limits: Sequence[Limit], rounds: Sequence[Mapping[str, Sample]], *, margin: float
) -> list[dict[str, Any]]:
    """Return each limit with its ratio and whether it holds; one that was not measured does not hold.

    ``margin`` is the share of a limit that has to be reached: 1, or less where the machine is noisy.
    """
    verdicts = []
    for limit in limits:
        ratio = limit.ratio(rounds)
        verdicts.append(
            {
                "name": limit.name,
                "ratio": None if ratio is None else round(ratio, 3),
                "limit": limit.at_least,
                "holds": ratio is not None and ratio >= limit.at_least,
                "tolerated": ratio is not None and ratio >= limit.at_least * margin,
            }
        )
    return verdicts


def summarise(name: str, rounds: Sequence[Mapping[str, Sample]]) -> dict[str, Any] | None:
    """Return the medians of a case over the rounds, or None when it was not measured."""
    samples = [samples[name] for samples in rounds if name in samples]
    if not samples:
        return None

    def middle(read: Callable[[Sample], float], digits: int) -> float:
        return round(median(map(read, samples)), digits)

    return {
        "name": name,
        "cpu_ms": middle(lambda sample: sample.cpu_ms, 4),
        "cpu_ms_rounds": [round(sample.cpu_ms, 4) for sample in samples],
        "requests_per_second": middle(lambda sample: sample.burst.per_second, 0),
        "p50_ms": middle(lambda sample: sample.burst.percentile(0.5) * 1000, 2),
        "p99_ms": middle(lambda sample: sample.burst.percentile(0.99) * 1000, 2),
    }
