"""Medians, ratios and verdicts, from samples with known figures."""

from __future__ import annotations

import pytest

from benchmarks.rig.figures import Limit, Sample, judge, summarise
from benchmarks.rig.load import Burst

LIMIT = Limit("fast enough", dividend="yardstick", divisor="endpoint", at_least=0.5)


def sample(cpu_ms: float) -> Sample:
    """Return a sample of 100 requests in a second, the slowest of them a second long."""
    return Sample(cpu_ms / 10, Burst(100, 1.0, [number / 100 for number in range(1, 101)]))


def rounds(*pairs: tuple[float, float]) -> list[dict[str, Sample]]:
    return [{"yardstick": sample(a), "endpoint": sample(b)} for a, b in pairs]


def test_a_summary_is_the_median_of_the_rounds():
    assert summarise("endpoint", rounds((1, 2), (1, 9), (1, 3))) == {
        "name": "endpoint",
        "cpu_ms": 3,
        "cpu_ms_rounds": [2, 9, 3],
        "requests_per_second": 100,
        "p50_ms": 510,
        "p99_ms": 1000,
    }
    assert summarise("another", rounds((1, 2))) is None


@pytest.mark.parametrize(
    ("cpu_ms", "holds", "tolerated"),
    [(1.9, True, True), (2.0, True, True), (2.6, False, True), (3.5, False, False)],
)
def test_a_limit_and_its_margin(cpu_ms, holds, tolerated):
    (verdict,) = judge([LIMIT], rounds((1, cpu_ms)), margin=0.6)

    assert (verdict["holds"], verdict["tolerated"]) == (holds, tolerated)


def test_ratios_are_taken_within_a_round():
    (verdict,) = judge([LIMIT], rounds((1, 1), (10, 20), (2, 3)), margin=1)

    assert verdict["ratio"] == 0.667


def test_what_was_not_measured_does_not_hold():
    (verdict,) = judge([LIMIT], [{"yardstick": sample(1)}], margin=0.1)

    assert (verdict["ratio"], verdict["holds"], verdict["tolerated"]) == (None, False, False)
