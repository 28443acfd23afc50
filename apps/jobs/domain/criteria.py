"""What a reader asks of the list of postings; saved searches will ask in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from apps.jobs.enums import JobOrdering, JobStatusV1, JobType


@dataclass(frozen=True, kw_only=True)
class JobCriteria:
    """Filters that narrow the list, each on its own; several values of one filter mean or.

    ``places`` are codes, ``location`` is a name to resolve, ``mine`` shows the companies of the viewer in
    every state, and ``ordering`` None means the best match first in a search and else the newest.
    """

    search: str = ""
    places: tuple[str, ...] = ()
    location: str = ""
    job_types: tuple[JobType, ...] = ()
    companies: tuple[UUID, ...] = ()
    posted_within: int | None = None
    statuses: tuple[JobStatusV1, ...] = ()
    mine: bool = False
    ordering: JobOrdering | None = None
