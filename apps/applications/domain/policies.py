"""Who may do what with an application. Whether a viewer may see it at all is decided by the selectors."""

from __future__ import annotations

from enum import Enum

from apps.applications.domain.lifecycle import MOVES, WITHDRAWALS, WITHDRAWN
from apps.applications.enums import ApplicationAction, ApplicationState


class Side(Enum):
    """On which side of an application a viewer stands."""

    CANDIDATE = "candidate"
    COMPANY = "company"


def may_see_contact(side: Side, state: ApplicationState) -> bool:
    """Return whether the viewer may see e-mail, phone, CV and letter.

    Applying shows them to that company; withdrawing takes them back.
    """
    return side is Side.CANDIDATE or state != WITHDRAWN


def allowed_actions(side: Side, state: ApplicationState) -> list[ApplicationAction]:
    """Return what the viewer may do with an application in this state."""
    actions = [ApplicationAction.DOWNLOAD_CV] if may_see_contact(side, state) else []
    if side is Side.COMPANY and MOVES[state]:
        actions.append(ApplicationAction.MOVE)
    if side is Side.CANDIDATE and WITHDRAWALS[state]:
        actions.append(ApplicationAction.WITHDRAW)
    return actions


def allowed_moves(side: Side, state: ApplicationState) -> frozenset[ApplicationState]:
    """Return the states that the viewer may move the application to."""
    return MOVES[state] if side is Side.COMPANY else frozenset()
