"""Reads that this app offers: postings as a viewer may see them, and places."""

from __future__ import annotations

from apps.jobs.selectors.cards import JobCard
from apps.jobs.selectors.listing import listed_cards, listed_jobs
from apps.jobs.selectors.places import known_places, resolve_place
from apps.jobs.selectors.postings import (
    JobCounts,
    Posting,
    get_job_for,
    job_counts,
    live_jobs,
    next_end,
    posting_unscoped,
    postings_unscoped,
)

__all__ = [
    "JobCard",
    "JobCounts",
    "Posting",
    "get_job_for",
    "job_counts",
    "known_places",
    "listed_cards",
    "listed_jobs",
    "live_jobs",
    "next_end",
    "posting_unscoped",
    "postings_unscoped",
    "resolve_place",
]
