from __future__ import annotations

import pytest

from apps.applications.domain.lifecycle import HIRED, REJECTED, SUBMITTED, WITHDRAWN
from apps.applications.domain.policies import (
    Side,
    allowed_actions,
    allowed_moves,
    may_see_contact,
)
from apps.applications.enums import ApplicationState


class TestContact:
    @pytest.mark.parametrize("state", ApplicationState)
    def test_is_the_candidates_own(self, state):
        assert may_see_contact(Side.CANDIDATE, state)

    @pytest.mark.parametrize("state", ApplicationState)
    def test_is_the_companys_until_withdrawn(self, state):
        assert may_see_contact(Side.COMPANY, state) == (state != WITHDRAWN)


class TestActions:
    @pytest.mark.parametrize(
        ("side", "state", "actions"),
        [
            (Side.COMPANY, SUBMITTED, ["download_cv", "move"]),
            (Side.COMPANY, REJECTED, ["download_cv", "move"]),
            (Side.COMPANY, HIRED, ["download_cv"]),
            (Side.COMPANY, WITHDRAWN, []),
            (Side.CANDIDATE, SUBMITTED, ["download_cv", "withdraw"]),
            (Side.CANDIDATE, REJECTED, ["download_cv"]),
            (Side.CANDIDATE, WITHDRAWN, ["download_cv"]),
        ],
    )
    def test_depend_on_side_and_state(self, side, state, actions):
        assert allowed_actions(side, state) == actions

    @pytest.mark.parametrize("state", ApplicationState)
    def test_never_move_for_the_candidate(self, state):
        assert allowed_moves(Side.CANDIDATE, state) == frozenset()
        assert bool(allowed_moves(Side.COMPANY, state)) == (
            "move" in allowed_actions(Side.COMPANY, state)
        )
