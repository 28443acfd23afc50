from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from apps.core import ids
from apps.core.ids import uuid7


class TestUuid7:
    def test_is_a_version_7_uuid_of_now(self, monkeypatch):
        # Tests that travel in time leave the last tick in the future.
        monkeypatch.setattr(ids, "_last_tick", 0)
        before = time.time_ns() // 1_000_000
        made = uuid7()
        after = time.time_ns() // 1_000_000

        assert made.version == 7
        assert made.variant == "specified in RFC 4122"
        assert before <= made.int >> 80 <= after + 1

    def test_grows_within_a_process(self):
        made = [uuid7() for _ in range(20_000)]

        assert made == sorted(set(made))

    def test_is_unique_across_threads(self):
        with ThreadPoolExecutor(8) as pool:
            made = [future.result() for future in [pool.submit(uuid7) for _ in range(5_000)]]

        assert len(set(made)) == 5_000
