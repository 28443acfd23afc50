"""What people are told of an application's steps, and until when it is worth a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.applications.enums import ApplicationState
from apps.notifications.enums import NotificationKind

if TYPE_CHECKING:
    from apps.applications.selectors import ApplicationFacts

TO_COMPANY = frozenset(
    {NotificationKind.APPLICATION_SUBMITTED, NotificationKind.APPLICATION_WITHDRAWN}
)
"""What those who recruit for the company are told; the rest is for the candidate."""


def names_of(
    kind: NotificationKind, application: ApplicationFacts, state: ApplicationState | None
) -> dict[str, str]:
    """Return the names that the text of a step needs; ``state`` is where a move led.

    The candidate's name is given to the company only, which knows it anyway.
    """
    names = {"job": application.job_title, "company": application.company_name}
    if kind in TO_COMPANY:
        names["candidate"] = application.candidate_name
    if state is not None:
        names["state"] = state.value
    return names


def is_current(
    kind: NotificationKind, state: ApplicationState | None, *, present: ApplicationState
) -> bool:
    """Tell whether a step is still worth a mail, for an application that stands at ``present``.

    A move or a first look may be overtaken by the next step; a new application is news until it is withdrawn.
    """
    if kind == NotificationKind.APPLICATION_SUBMITTED:
        return present != ApplicationState.WITHDRAWN
    if kind == NotificationKind.APPLICATION_SEEN:
        return present == ApplicationState.SEEN
    return state is None or present == state
