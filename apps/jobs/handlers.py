"""What postings do about facts of lower apps."""

from __future__ import annotations

from apps.companies.events import CompanyRenamed
from apps.core import work
from apps.core.events import on


@on(CompanyRenamed)
def refresh_search_texts(event: CompanyRenamed) -> None:
    """Have the company's postings found under its new name."""
    # The instant belongs to the key: a row with the bare key may be running with the name of before.
    key = f"search-text:company:{event.company_id}:{event.occurred_at.isoformat()}"
    work.add(
        "apps.jobs.tasks.refresh_search_texts_of_company", key=key, company_id=event.company_id
    )
