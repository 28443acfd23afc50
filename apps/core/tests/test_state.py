from __future__ import annotations

from enum import Enum

import pytest

from apps.core import state
from apps.core.state import TransitionRefused


class Light(Enum):
    RED = "red"
    GREEN = "green"
    OFF = "off"


TRANSITIONS = {
    Light.RED: frozenset({Light.GREEN, Light.OFF}),
    Light.GREEN: frozenset({Light.RED}),
    Light.OFF: frozenset(),
}


class TestRequire:
    def test_lets_a_known_step_pass(self):
        state.require(TRANSITIONS, Light.RED, Light.GREEN)

    def test_refuses_any_other_and_lists_what_is_possible(self):
        with pytest.raises(TransitionRefused) as refused:
            state.require(TRANSITIONS, Light.RED, Light.RED)

        assert refused.value.code == "transition_refused"
        assert refused.value.context == {"current": "red", "allowed": ["green", "off"]}

    def test_refuses_everything_from_a_final_state(self):
        with pytest.raises(TransitionRefused) as refused:
            state.require(TRANSITIONS, Light.OFF, Light.RED)

        assert refused.value.context["allowed"] == []
