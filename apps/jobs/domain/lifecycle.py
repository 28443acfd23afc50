"""The life of a posting: which state follows which, when it is live, and what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.core.errors import InvalidInput
from apps.core.errors import mark as _
from apps.jobs.enums import JobAction, JobState, JobStatusV1

TRANSITIONS: Mapping[JobState, frozenset[JobState]] = {
    JobState.DRAFT: frozenset({JobState.PUBLISHED}),
    JobState.PUBLISHED: frozenset({JobState.CLOSED}),
    JobState.CLOSED: frozenset(),
}

# A deadline is a day in Vietnam, wherever the server and the reader are.
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def expiry_of(deadline: date) -> datetime:
    """Return the instant at which a posting ends: midnight in Vietnam after its deadline."""
    return datetime.combine(deadline + timedelta(days=1), time.min, tzinfo=VIETNAM)


def today(now: datetime) -> date:
    """Return the day that it is in Vietnam."""
    return now.astimezone(VIETNAM).date()


def is_live(*, state: JobState, expires_at: datetime, now: datetime) -> bool:
    """Tell whether a posting is public and takes applications; what is deleted is never asked about."""
    return state is JobState.PUBLISHED and now < expires_at


def status_v1(*, state: JobState, expires_at: datetime, now: datetime) -> JobStatusV1:
    """Return the word of the compatible interface: an expired posting reads closed."""
    if state is JobState.PUBLISHED and not is_live(state=state, expires_at=expires_at, now=now):
        return JobStatusV1.CLOSED
    return JobStatusV1(state.value)


def first_state(status: JobStatusV1) -> JobState:
    """Return the state that a new posting starts in.

    :raises InvalidInput: nothing starts closed
    """
    if status is JobStatusV1.CLOSED:
        raise InvalidInput.field("status", "not_a_start", _("A new posting cannot be closed"))
    return JobState(status.value)


def allowed_actions(
    *, state: JobState, expires_at: datetime, now: datetime, may_recruit: bool
) -> list[JobAction]:
    """Return what a viewer may do with a posting next, given whether they recruit for its company."""
    if not may_recruit:
        return []
    actions = [JobAction.DELETE]
    if state is JobState.DRAFT and now < expires_at:
        actions = [JobAction.PUBLISH, *actions]
    if state is JobState.PUBLISHED:
        actions = [JobAction.CLOSE, *actions]
    if state is JobState.DRAFT or is_live(state=state, expires_at=expires_at, now=now):
        actions = [JobAction.EDIT, *actions]
    return actions
