"""What may become of an attempt to pay. Nothing leaves success: money that came is a fact."""

from __future__ import annotations

from collections.abc import Mapping

from apps.payments.enums import AttemptState, Outcome

TRANSITIONS: Mapping[AttemptState, frozenset[AttemptState]] = {
    AttemptState.PENDING: frozenset(
        {AttemptState.SUCCEEDED, AttemptState.FAILED, AttemptState.REVIEW}
    ),
    # Money that comes after all is taken.
    AttemptState.FAILED: frozenset({AttemptState.SUCCEEDED, AttemptState.REVIEW}),
    AttemptState.REVIEW: frozenset({AttemptState.SUCCEEDED, AttemptState.FAILED}),
    AttemptState.SUCCEEDED: frozenset(),
}
TARGETS: Mapping[Outcome, AttemptState] = {
    Outcome.PAID: AttemptState.SUCCEEDED,
    Outcome.FAILED: AttemptState.FAILED,
    Outcome.SUSPECT: AttemptState.REVIEW,
}


def sources_of(target: AttemptState) -> list[AttemptState]:
    """Return the states that a state can follow."""
    return [state for state, following in TRANSITIONS.items() if target in following]
