from __future__ import annotations

import threading
from uuid import UUID

import pytest

from apps.core import logs
from apps.core.logs.context import request_id_from


@pytest.fixture(autouse=True)
def _nothing_bound():
    logs.clear()
    yield
    logs.clear()


class TestContext:
    def test_what_is_bound_adds_up_and_can_be_carried_on(self):
        logs.bind(request_id="r")
        logs.bind(actor_id="a")
        assert logs.bound_context() == {"request_id": "r", "actor_id": "a"}

    def test_is_forgotten_when_cleared(self):
        logs.bind(request_id="r")
        logs.clear()
        assert logs.bound_context() == {}

    def test_is_not_seen_by_other_threads(self):
        logs.bind(request_id="r")
        seen = []
        thread = threading.Thread(target=lambda: seen.append(logs.bound_context()))
        thread.start()
        thread.join()
        assert seen == [{}]


class TestRequestId:
    @pytest.mark.parametrize(
        "offered",
        ["12345678", "0192f0c1-2345-7abc-8def-0123456789ab", "Root.1-67891233_abc", "x" * 64],
    )
    def test_a_sane_one_is_kept(self, offered):
        assert request_id_from(offered) == offered

    @pytest.mark.parametrize(
        "offered",
        [None, "", "short", "x" * 65, "-2345678", "a b c d e f", "a\nbcdefgh", "<script>", "ế" * 8],
    )
    def test_any_other_is_replaced(self, offered):
        assert UUID(request_id_from(offered)).version == 7
