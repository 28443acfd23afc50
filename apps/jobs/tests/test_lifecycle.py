"""The state machine, and when a posting is live."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import InvalidInput
from apps.core.state import TransitionRefused, require
from apps.jobs.domain import lifecycle
from apps.jobs.enums import JobAction, JobState, JobStatusV1

MOMENT = datetime(2026, 11, 22, 10, tzinfo=UTC)
states = st.sampled_from(JobState)
instants = st.timedeltas(timedelta(), timedelta(days=365)).map(lambda after: MOMENT + after)


class TestTransitions:
    def test_cover_every_state(self):
        assert set(lifecycle.TRANSITIONS) == set(JobState)

    def test_lead_from_draft_over_published_to_closed(self):
        steps = {(a, b) for a, targets in lifecycle.TRANSITIONS.items() for b in targets}

        assert steps == {
            (JobState.DRAFT, JobState.PUBLISHED),
            (JobState.PUBLISHED, JobState.CLOSED),
        }

    @given(st.lists(states, max_size=6))
    def test_no_walk_comes_back(self, walk):
        state, seen = JobState.DRAFT, [JobState.DRAFT]
        for target in walk:
            try:
                require(lifecycle.TRANSITIONS, state, target)
            except TransitionRefused:
                continue
            state = target
            seen.append(state)

        assert len(seen) == len(set(seen))


class TestExpiry:
    def test_is_midnight_in_vietnam_after_the_deadline(self):
        assert lifecycle.expiry_of(date(2026, 11, 30)) == datetime(2026, 11, 30, 17, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("now", "day"),
        [
            (datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC), date(2026, 11, 22)),
            (datetime(2026, 11, 22, 17, 0, 0, tzinfo=UTC), date(2026, 11, 23)),
        ],
    )
    def test_today_is_the_day_in_vietnam(self, now, day):
        assert lifecycle.today(now) == day

    @given(st.dates(date(2020, 1, 1), date(2090, 1, 1)))
    def test_a_posting_with_todays_deadline_has_not_expired(self, day):
        end = lifecycle.expiry_of(day)

        assert lifecycle.today(end - timedelta(microseconds=1)) == day
        assert lifecycle.today(end) == day + timedelta(days=1)


class TestLive:
    @given(states, instants, instants)
    def test_agrees_with_the_word_of_v1(self, state, expires_at, now):
        live = lifecycle.is_live(state=state, expires_at=expires_at, now=now)
        status = lifecycle.status_v1(state=state, expires_at=expires_at, now=now)

        assert live == (status is JobStatusV1.PUBLISHED)
        assert live == (state is JobState.PUBLISHED and now < expires_at)
        assert (status is JobStatusV1.DRAFT) == (state is JobState.DRAFT)

    def test_ends_with_the_instant_itself(self):
        assert not lifecycle.is_live(state=JobState.PUBLISHED, expires_at=MOMENT, now=MOMENT)


class TestFirstState:
    def test_is_draft_or_published(self):
        assert lifecycle.first_state(JobStatusV1.DRAFT) is JobState.DRAFT
        assert lifecycle.first_state(JobStatusV1.PUBLISHED) is JobState.PUBLISHED

    def test_is_never_closed(self):
        with pytest.raises(InvalidInput) as refusal:
            lifecycle.first_state(JobStatusV1.CLOSED)

        assert [(e.pointer, e.code) for e in refusal.value.errors] == [("status", "not_a_start")]


class TestAllowedActions:
    @given(states, instants, instants)
    def test_a_reader_may_do_nothing(self, state, expires_at, now):
        assert (
            lifecycle.allowed_actions(
                state=state, expires_at=expires_at, now=now, may_recruit=False
            )
            == []
        )

    @given(states, instants, instants)
    def test_steps_are_those_of_the_machine(self, state, expires_at, now):
        actions = lifecycle.allowed_actions(
            state=state, expires_at=expires_at, now=now, may_recruit=True
        )

        follows = lifecycle.TRANSITIONS[state]
        assert (JobAction.PUBLISH in actions) == (
            JobState.PUBLISHED in follows and now < expires_at
        )
        assert (JobAction.CLOSE in actions) == (JobState.CLOSED in follows)
        assert JobAction.DELETE in actions
