"""How an application moves from state to state, and who moves it.

The company takes an application forward by any number of steps, or rejects it, from every open state.
Mistakes can be undone: one step back within the process, and a rejected applicant can be looked at
again. What was seen stays seen, so nothing leads back to SUBMITTED. HIRED and WITHDRAWN are final, and
only the candidate withdraws.
"""

from __future__ import annotations

from collections.abc import Mapping

from apps.applications.enums import ApplicationState, ApplicationStatusV1
from apps.core.state import TransitionRefused

SUBMITTED, SEEN, INTERVIEW, OFFER, HIRED, REJECTED, WITHDRAWN = ApplicationState

Transitions = Mapping[ApplicationState, frozenset[ApplicationState]]

MOVES: Transitions = {
    SUBMITTED: frozenset({SEEN, INTERVIEW, OFFER, HIRED, REJECTED}),
    SEEN: frozenset({INTERVIEW, OFFER, HIRED, REJECTED}),
    INTERVIEW: frozenset({SEEN, OFFER, HIRED, REJECTED}),
    OFFER: frozenset({INTERVIEW, HIRED, REJECTED}),
    HIRED: frozenset(),
    REJECTED: frozenset({SEEN}),
    WITHDRAWN: frozenset(),
}
"""What the company may do."""

WITHDRAWALS: Transitions = {
    SUBMITTED: frozenset({WITHDRAWN}),
    SEEN: frozenset({WITHDRAWN}),
    INTERVIEW: frozenset({WITHDRAWN}),
    OFFER: frozenset({WITHDRAWN}),
    HIRED: frozenset(),
    REJECTED: frozenset(),
    WITHDRAWN: frozenset(),
}
"""What the candidate may do."""

STATUS_OF: Mapping[ApplicationState, ApplicationStatusV1] = {
    SUBMITTED: ApplicationStatusV1.PENDING,
    SEEN: ApplicationStatusV1.REVIEWING,
    INTERVIEW: ApplicationStatusV1.INTERVIEW_SCHEDULED,
    OFFER: ApplicationStatusV1.OFFER_EXTENDED,
    HIRED: ApplicationStatusV1.ACCEPTED,
    REJECTED: ApplicationStatusV1.REJECTED,
    WITHDRAWN: ApplicationStatusV1.WITHDRAWN,
}
"""The word that version 1 of the interface shows for each state."""

STATE_OF_WORD: Mapping[str, ApplicationState] = {
    **{status.value: state for state, status in STATUS_OF.items()},
    "VIEWED": SEEN,
    "INTERVIEW": INTERVIEW,
}
"""Every word that version 1 of the interface reads; the last two come from older clients."""


def words(states: frozenset[ApplicationState]) -> list[str]:
    """Return the words of some states, in the order of the process."""
    return [STATUS_OF[state].value for state in ApplicationState if state in states]


def require(transitions: Transitions, current: ApplicationState, target: ApplicationState) -> None:
    """Check that ``target`` can follow ``current``.

    :raises TransitionRefused: it cannot; ``current`` and ``allowed`` speak the words that clients write
    """
    if target not in transitions[current]:
        raise TransitionRefused(
            current=STATUS_OF[current].value, allowed=words(transitions[current])
        )
