"""Everything is killed once while people hire: nothing that was accepted is lost, and all comes back by itself."""

from __future__ import annotations

import pytest

from onetop_backend.tests.faults.conftest import Platform, breathe
from onetop_backend.tests.faults.hiring import hiring
from onetop_backend.tests.faults.reckoning import reckon

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


@pytest.mark.parametrize("rounds", [1, pytest.param(12, marks=pytest.mark.nightly)])
def test_whatever_is_killed_nothing_is_lost_and_nothing_happens_twice(platform: Platform, rounds):
    with hiring(platform.url, people=3) as hires:
        for _ in range(rounds):
            for name in ("fast", "valkey", "web", "postgres", "heavy", "beat"):
                breathe()
                platform.kill(name)
        breathe()
    # Of a mail that was just being delivered, by either process of the worker.
    reckon(platform, hires, repeats=2 * rounds)


def test_an_emptied_redis_loses_and_repeats_nothing(platform: Platform):
    with hiring(platform.url, people=3) as hires:
        for _ in range(3):
            breathe()
            platform.empty_redis()
        breathe()
    reckon(platform, hires, repeats=0)
