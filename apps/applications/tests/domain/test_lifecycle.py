from __future__ import annotations

import pytest

from apps.applications.domain import lifecycle
from apps.applications.domain.lifecycle import (
    HIRED,
    INTERVIEW,
    MOVES,
    OFFER,
    REJECTED,
    SEEN,
    SUBMITTED,
    WITHDRAWALS,
    WITHDRAWN,
)
from apps.applications.enums import ApplicationState, ApplicationStatusV1
from apps.core.state import TransitionRefused

PROCESS = [SUBMITTED, SEEN, INTERVIEW, OFFER, HIRED]
ALLOWED = {(current, target) for current in MOVES for target in MOVES[current]}


class TestMoves:
    def test_cover_every_state(self):
        assert set(MOVES) == set(WITHDRAWALS) == set(ApplicationState)

    @pytest.mark.parametrize("current", PROCESS[:-1])
    def test_lead_forwards_by_any_number_of_steps(self, current):
        assert set(PROCESS[PROCESS.index(current) + 1 :]) <= MOVES[current]

    @pytest.mark.parametrize("current", PROCESS[:-1])
    def test_reject_from_every_open_state(self, current):
        assert REJECTED in MOVES[current]

    def test_go_back_one_step_at_most_and_never_to_unseen(self):
        back = {
            (current, target)
            for current, target in ALLOWED
            if current in PROCESS
            and target in PROCESS
            and PROCESS.index(target) < PROCESS.index(current)
        }

        assert back == {(INTERVIEW, SEEN), (OFFER, INTERVIEW)}

    def test_reopen_a_rejection(self):
        assert MOVES[REJECTED] == {SEEN}

    @pytest.mark.parametrize("final", [HIRED, WITHDRAWN])
    def test_end_there(self, final):
        assert not MOVES[final]
        assert not WITHDRAWALS[final]

    def test_never_withdraw_for_the_candidate(self):
        assert {current for current, target in ALLOWED if target is WITHDRAWN} == set()


class TestWithdrawals:
    def test_are_open_until_a_decision(self):
        assert {state for state in ApplicationState if WITHDRAWALS[state]} == {
            SUBMITTED,
            SEEN,
            INTERVIEW,
            OFFER,
        }


class TestRequire:
    @pytest.mark.parametrize("current", ApplicationState)
    @pytest.mark.parametrize("target", ApplicationState)
    def test_refuses_exactly_what_the_table_does_not_have(self, current, target):
        if (current, target) in ALLOWED:
            lifecycle.require(MOVES, current, target)
            return
        with pytest.raises(TransitionRefused) as refused:
            lifecycle.require(MOVES, current, target)
        assert refused.value.context["current"] == lifecycle.STATUS_OF[current]
        assert {
            lifecycle.STATE_OF_WORD[word] for word in refused.value.context["allowed"]
        } == MOVES[current]

    def test_tells_the_allowed_words_in_the_order_of_the_process(self):
        with pytest.raises(TransitionRefused) as refused:
            lifecycle.require(MOVES, INTERVIEW, SUBMITTED)

        assert refused.value.context == {
            "current": "INTERVIEW_SCHEDULED",
            "allowed": ["REVIEWING", "OFFER_EXTENDED", "ACCEPTED", "REJECTED"],
        }


class TestWords:
    def test_each_state_has_one(self):
        assert set(lifecycle.STATUS_OF) == set(ApplicationState)
        assert set(lifecycle.STATUS_OF.values()) == set(ApplicationStatusV1)

    def test_are_read_back_as_the_same_state(self):
        for state, status in lifecycle.STATUS_OF.items():
            assert lifecycle.STATE_OF_WORD[status.value] is state

    def test_of_older_clients_are_read_too(self):
        assert lifecycle.STATE_OF_WORD["VIEWED"] is SEEN
        assert lifecycle.STATE_OF_WORD["INTERVIEW"] is INTERVIEW

    def test_are_no_others(self):
        assert set(lifecycle.STATE_OF_WORD) == {
            *ApplicationStatusV1.values,
            "VIEWED",
            "INTERVIEW",
        }
