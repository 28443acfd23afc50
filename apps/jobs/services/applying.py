"""What applying needs of a posting."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.jobs import locks
from apps.jobs.enums import JobState
from apps.jobs.errors import JobClosed, JobExpired, JobNotFound
from apps.jobs.selectors import Posting, posting_unscoped


def open_posting(*, job_id: UUID, now: datetime) -> Posting:
    """Return a posting that takes applications, and keep it open until the caller's transaction ends.

    Whoever closes it meanwhile waits, and whoever comes after that finds it closed.

    :raises JobNotFound: there is none, it is a draft, or it was deleted
    :raises JobClosed: it takes no more applications
    :raises JobExpired: its deadline has passed
    """
    locks.share_job(job_id)
    posting = posting_unscoped(job_id)
    if posting.deleted or posting.state is JobState.DRAFT:
        raise JobNotFound
    if posting.state is JobState.CLOSED:
        raise JobClosed
    if not posting.is_live(now):
        raise JobExpired
    return posting
