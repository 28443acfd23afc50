"""Exact counts, on a clock that stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django_redis import get_redis_connection

from apps.core import throttle
from apps.core.errors import TooManyRequests
from apps.core.throttle import Allowance

MOMENT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _rates(settings):
    settings.THROTTLE_RATES = {"door": (5, 300), "other": (5, 300), "odd": (7, 60), "free": None}


@pytest.fixture
def clock(time_machine):
    """Give ``clock(seconds)``: it is so many seconds after the beginning."""

    def at(seconds):
        time_machine.move_to(MOMENT + timedelta(seconds=seconds), tick=False)

    at(0)
    return at


def take(times=1, *, scope="door", key="somebody"):
    """Try so often; return how many were admitted."""
    admitted = 0
    for _ in range(times):
        try:
            throttle.take(scope, key)
            admitted += 1
        except TooManyRequests:
            pass
    return admitted


def wait_of(scope="door", key="somebody"):
    with pytest.raises(TooManyRequests) as refused:
        throttle.take(scope, key)
    return refused.value.retry_after


class TestTake:
    def test_five_are_admitted_and_the_sixth_is_told_when_to_come_back(self, clock):
        left = [throttle.take("door", "somebody") for _ in range(5)]

        assert left == [
            Allowance(limit=5, window=300, remaining=remaining, reset=60)
            for remaining in (4, 3, 2, 1, 0)
        ]
        assert wait_of() == 60

    def test_a_refused_turn_costs_nothing(self, clock):
        take(5)

        assert take(50) == 0
        assert wait_of() == 60

    @pytest.mark.parametrize(
        ("seconds", "wait"), [(0.000001, 60), (1, 59), (1.5, 59), (59, 1), (59.999999, 1)]
    )
    def test_the_wait_is_rounded_up_to_whole_seconds(self, clock, seconds, wait):
        take(5)
        clock(seconds)

        assert wait_of() == wait

    def test_one_turn_comes_back_each_interval(self, clock):
        take(5)

        clock(60)
        assert take(2) == 1
        clock(180)
        assert take(3) == 2
        clock(180 + 300)
        assert take(6) == 5

    def test_no_window_admits_more_than_twice_the_quota(self, clock):
        admitted = 0
        for second in range(301):
            clock(second)
            admitted += take(3)

        # Five at once, then one a minute.
        assert admitted == 5 + 5

    def test_a_rate_that_does_not_divide_its_window_is_exact_too(self, clock):
        assert take(20, scope="odd") == 7
        assert wait_of("odd") == 9

        clock(60)
        assert take(20, scope="odd") == 7

    def test_keys_and_scopes_do_not_know_each_other(self, clock):
        assert take(6) == 5
        assert take(6, key="somebody else") == 5
        assert take(6, scope="other") == 5

    def test_nothing_is_counted_where_there_is_no_limit(self):
        assert throttle.take("free", "somebody") is None
        assert take(200, scope="free") == 200
        assert throttle.give_back("free", "somebody") is None
        assert get_redis_connection("default").keys("onetop:throttle:*") == []

    def test_an_unknown_scope_is_a_defect(self):
        with pytest.raises(KeyError):
            throttle.take("dor", "somebody")

    def test_a_hundred_at_once_get_exactly_the_quota(self, at_once, settings):
        settings.THROTTLE_RATES = {"door": (17, 86400)}

        assert sum(at_once(100, lambda _: take())) == 17

    def test_a_clock_that_ran_ahead_shuts_nobody_out_for_longer_than_a_window(self, clock):
        clock(7200)
        take(5)

        clock(0)
        assert wait_of() == 60
        clock(300)
        assert take(6) == 5


class TestGiveBack:
    def test_a_turn_given_back_can_be_taken_again(self, clock):
        take(5)

        left = throttle.give_back("door", "somebody")

        assert left == Allowance(limit=5, window=300, remaining=1, reset=60)
        assert take(2) == 1

    def test_nobody_gains_by_giving_back_what_was_not_taken(self, clock):
        for _ in range(3):
            assert throttle.give_back("door", "somebody") == Allowance(
                limit=5, window=300, remaining=5, reset=0
            )

        assert take(6) == 5


class TestWhatRedisKeeps:
    def test_is_a_number_under_a_hash_for_as_long_as_it_matters(self, clock):
        redis = get_redis_connection("default")
        throttle.take("door", "an@example.vn")

        (key,) = redis.keys("onetop:throttle:*")
        assert key.startswith(b"onetop:throttle:door:")
        assert b"example" not in key
        assert 59_000 < redis.pttl(key) <= 60_000
        assert redis.get(key) == b"%d" % ((MOMENT.timestamp() + 60) * 1_000_000)
