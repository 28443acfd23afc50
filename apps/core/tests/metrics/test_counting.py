"""Counting in one process and in several, with a real Redis."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.utils import timezone
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.core import metrics
from apps.core.metrics import counting, store


def read() -> dict[metrics.Names, int]:
    metrics.flush()
    return dict(metrics.read().numbers)


def observe(seconds: float, **changes) -> None:
    metrics.observe_request(
        **{"method": "GET", "route": "lamps/", "status": 200, "request_id": "r-1", **changes},
        seconds=seconds,
    )


def test_threads_lose_nothing():
    def count_often(_number: int) -> None:
        for _ in range(500):
            metrics.count("problem", "a")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_often, range(8)))

    assert read() == {("problem", "a"): 4000}


def test_processes_add_up_and_a_child_hands_on_only_its_own():
    metrics.count("problem", "a")
    child = os.fork()
    if child == 0:
        metrics.count("problem", "a")
        metrics.count("problem", "b")
        metrics.flush()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    assert read() == {("problem", "a"): 2, ("problem", "b"): 1}


def test_are_handed_on_without_being_asked():
    metrics.count("problem", "a")

    deadline = time.monotonic() + 20
    while not metrics.read().numbers and time.monotonic() < deadline:
        time.sleep(0.05)
    assert metrics.read().numbers == {("problem", "a"): 1}


def test_are_kept_while_redis_is_away(monkeypatch, tmp_path):
    nowhere = Redis(unix_socket_path=str(tmp_path / "nobody"), retry=Retry(NoBackoff(), 0))
    with monkeypatch.context() as away:
        away.setattr(store, "get_redis_connection", lambda _alias: nowhere)
        observe(6.0)
        metrics.flush()
        metrics.count("problem", "a")
        metrics.flush()

    assert read()[("problem", "a")] == 1
    assert read()[("request", "GET", "lamps/", "2xx", "inf")] == 1
    assert [entry["route"] for entry in metrics.read().slow] == ["lamps/"]


def test_an_answer_is_counted_once_in_its_bucket():
    for seconds in (0.004, 0.01, 0.011, 4.9, 6.0):
        observe(seconds)

    assert read() == {
        ("request", "GET", "lamps/", "2xx", "0.01"): 2,
        ("request", "GET", "lamps/", "2xx", "0.025"): 1,
        ("request", "GET", "lamps/", "2xx", "5.0"): 1,
        ("request", "GET", "lamps/", "2xx", "inf"): 1,
        ("request", "GET", "lamps/", "2xx", "us"): 10_925_000,
    }


def test_what_clients_invent_makes_no_series():
    for number in range(50):
        observe(0.0, method=f"M{number}", route=None, status=404)

    assert set(read()) == {
        ("request", "OTHER", "(none)", "4xx", "0.01"),
        ("request", "OTHER", "(none)", "4xx", "us"),
    }


def test_the_latest_slow_answers_are_kept():
    before = timezone.now()
    for number in range(store.KEPT_SLOW + 5):
        observe(5.5, request_id=f"r-{number}")
        if number % 20 == 0:
            metrics.flush()
    metrics.flush()
    slow = metrics.read().slow

    assert [entry["request_id"] for entry in slow] == [f"r-{number}" for number in range(54, 4, -1)]
    at = slow[0]["at"]
    assert before <= datetime.fromisoformat(at) <= timezone.now()
    assert slow[0] == {
        "at": at,
        "method": "GET",
        "route": "lamps/",
        "status": 200,
        "ms": 5500,
        "request_id": "r-54",
    }


@pytest.mark.parametrize("outcome", ["done", "failed"])
def test_a_task_is_counted_by_its_outcome(outcome):
    metrics.observe_task(task="t", queue="mail", outcome=outcome, seconds=0.5)
    metrics.observe_task(task="t", queue="mail", outcome=outcome, seconds=0.25)

    assert read() == {
        ("task", "mail", "t", outcome, "n"): 2,
        ("task", "mail", "t", outcome, "us"): 750_000,
    }


def test_erasing_begins_anew():
    metrics.count("problem", "a")
    metrics.flush()
    began = metrics.read().since
    metrics.erase()

    assert (metrics.read().numbers, metrics.read().slow, metrics.read().since) == ({}, [], None)
    metrics.count("problem", "b")
    assert read() == {("problem", "b"): 1}
    again = metrics.read().since
    assert began is not None
    assert again is not None
    assert again > began


def test_a_courier_leaves_when_there_is_nothing_to_carry(monkeypatch):
    monkeypatch.setattr(counting, "_PAUSE_SECONDS", 0.001)
    tally = counting.Tally()
    for _ in range(2):
        tally.add((("problem", "a"), 1))
        deadline = time.monotonic() + 20
        while tally._has_courier and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not tally._has_courier

    assert metrics.read().numbers == {("problem", "a"): 2}
