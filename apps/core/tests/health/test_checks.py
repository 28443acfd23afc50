from __future__ import annotations

import threading
import time

import pytest

from apps.core.health import checks
from apps.core.health.checks import Check, MigrationsMissing, passed


class TestCheck:
    def test_passes_when_nothing_is_raised(self):
        assert passed(Check("fine", lambda: None).begin(), within=5)

    def test_fails_on_any_exception(self):
        def ask() -> None:
            raise ZeroDivisionError

        assert not passed(Check("broken", ask).begin(), within=5)

    def test_is_asked_anew_each_time(self):
        asked = []
        check = Check("counted", lambda: asked.append(1))
        for _ in range(3):
            assert passed(check.begin(), within=5)
        assert len(asked) == 3

    def test_a_hanging_one_fails_in_time_and_keeps_one_thread(self):
        release, asked = threading.Event(), []

        def ask() -> None:
            asked.append(1)
            release.wait(10)

        check = Check("hanging", ask)
        started = time.monotonic()
        first = check.begin()
        assert not passed(first, within=0.05)
        assert not passed(check.begin(), within=0.05)
        assert time.monotonic() - started < 2
        assert len(asked) == 1
        release.set()
        assert passed(first, within=5)
        assert passed(check.begin(), within=5)
        assert len(asked) == 2

    def test_without_time_left_only_a_ready_answer_passes(self):
        release = threading.Event()

        def ask() -> None:
            release.wait(5)

        assert not passed(Check("late", ask).begin(), within=-1)
        release.set()


@pytest.mark.django_db
class TestQuestions:
    def test_database_and_redis_answer(self):
        checks.ask_database()
        checks.ask_redis()

    def test_all_migrations_are_applied(self):
        checks.ask_migrations()
        assert ("core", "0001_initial") in checks.known_migrations()

    def test_a_missing_migration_is_noticed(self, monkeypatch):
        known = checks.known_migrations() | {("core", "9999_new")}
        monkeypatch.setattr(checks, "known_migrations", lambda: known)
        with pytest.raises(MigrationsMissing, match="9999_new"):
            checks.ask_migrations()

    def test_one_that_only_the_database_knows_does_no_harm(self, monkeypatch):
        """While a new release rolls out, old processes see the new one's migrations."""
        known = checks.known_migrations() - {("core", "0001_initial")}
        monkeypatch.setattr(checks, "known_migrations", lambda: known)
        checks.ask_migrations()
