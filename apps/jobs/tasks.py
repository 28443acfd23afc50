"""Background work of postings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.core.work import task
from apps.jobs.services import indexing


@task(queue="search", soft_limit=280, hard_limit=300, lease=330)
def refresh_search_texts_of_company(*, company_id: str, **_: Any) -> None:
    """Write the search texts of a company's postings anew."""
    indexing.refresh_company(company_id=UUID(company_id))


@task(queue="search", soft_limit=280, hard_limit=300, lease=330)
def refresh_search_texts_of_place(*, place_code: str, **_: Any) -> None:
    """Write the search texts of the postings in a place anew."""
    indexing.refresh_place(place_code=place_code)
