"""The demo world: a few accounts, companies, postings and applications, the same on every machine."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.applications import demo as applications
from apps.companies import demo as companies
from apps.core import cache
from apps.jobs import demo as jobs
from apps.notifications import demo as notifications
from apps.payments import demo as payments
from apps.users import demo as users

# Each may refer to what the ones before it made.
_PARTS = (users, companies, payments, jobs, applications, notifications)


@transaction.atomic
def load_demo(*, now: datetime) -> None:
    """Create the demo world in an empty database; its times are counted from ``now``."""
    for part in _PARTS:
        part.load(now=now)
    cache.touch("companies", "jobs", "places")
