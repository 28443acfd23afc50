"""The list of postings: filters, full text and order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.expressions import OrderBy

from apps.companies.selectors import roles_of
from apps.core.compiled import Compiled, Reading
from apps.core.errors import InvalidInput, Unauthenticated
from apps.core.errors import mark as _
from apps.jobs.domain import search_text
from apps.jobs.domain.criteria import JobCriteria
from apps.jobs.enums import JobOrdering, JobState, JobStatusV1
from apps.jobs.models import Job, JobQuerySet, Place
from apps.jobs.selectors.cards import NOW, JobCard
from apps.jobs.selectors.places import resolve_place
from apps.jobs.selectors.postings import live_jobs

if TYPE_CHECKING:
    from apps.users.models import User

CONFIG = "simple"

_ORDERS: Mapping[JobOrdering, OrderBy] = {
    JobOrdering.NEWEST: F("published_at").desc(nulls_last=True),
    JobOrdering.OLDEST: F("published_at").asc(nulls_last=True),
    JobOrdering.CREATED_DESC: F("created_at").desc(),
    JobOrdering.CREATED: F("created_at").asc(),
    JobOrdering.PAY_DESC: F("salary_max").desc(nulls_last=True),
    JobOrdering.PAY: F("salary_max").asc(nulls_last=True),
    JobOrdering.DEADLINE: F("deadline").asc(),
    JobOrdering.DEADLINE_DESC: F("deadline").desc(),
}


def listed_jobs(*, viewer: User | None, criteria: JobCriteria, now: datetime) -> JobQuerySet:
    """Return the postings that a reader asks for: live ones, or all of the viewer's companies (``mine``).

    :raises Unauthenticated: ``mine`` without a viewer
    :raises PlaceUnknown: the location is no place's name
    :raises InvalidInput: a place code is unknown
    """
    jobs = _own_jobs(viewer) if criteria.mine else live_jobs(now=now)
    if wanted := _filters(criteria, now):
        jobs = jobs.filter(wanted)
    if criteria.search:
        jobs = _matching(jobs, search_text.read_query(criteria.search))
    return jobs.order_by(*_order(criteria), "-id")


def listed_cards(*, viewer: User | None, criteria: JobCriteria, now: datetime) -> Reading[JobCard]:
    """Return the cards of the postings that a reader asks for; see ``listed_jobs``."""
    if criteria == JobCriteria(ordering=criteria.ordering):
        return _every_live_card(criteria).read(now=now)
    return JobCard.compiled(listed_jobs(viewer=viewer, criteria=criteria, now=now)).read()


@cache
def _every_live_card(criteria: JobCriteria) -> Compiled[JobCard]:
    """Return the whole list in one of its orders, which is what most readers ask for."""
    return JobCard.compiled(live_jobs(now=NOW).order_by(*_order(criteria), "-id"))


def _own_jobs(viewer: User | None) -> JobQuerySet:
    if viewer is None:
        raise Unauthenticated
    own = list(roles_of(user_id=viewer.pk))
    return Job.objects.present().filter(company__in=own)


def _filters(criteria: JobCriteria, now: datetime) -> Q:
    wanted = Q()
    if criteria.places:
        wanted &= Q(place__in=_known_codes(criteria.places))
    if criteria.location:
        wanted &= Q(place=resolve_place(name=criteria.location))
    if criteria.job_types:
        wanted &= Q(job_type__in=criteria.job_types)
    if criteria.companies:
        wanted &= Q(company__in=criteria.companies)
    if criteria.posted_within is not None:
        wanted &= Q(published_at__gte=now - timedelta(days=criteria.posted_within))
    if criteria.statuses:
        wanted &= reduce(or_, (_with_status(status, now) for status in criteria.statuses))
    return wanted


def _known_codes(codes: tuple[str, ...]) -> tuple[str, ...]:
    known = Place.objects.filter(code__in=codes).count()
    if known != len(set(codes)):
        raise InvalidInput.field("place", "place_unknown", _("There is no place with this code"))
    return codes


def _with_status(status: JobStatusV1, now: datetime) -> Q:
    expired = Q(state=JobState.PUBLISHED, expires_at__lte=now)
    if status is JobStatusV1.CLOSED:
        return Q(state=JobState.CLOSED) | expired
    if status is JobStatusV1.PUBLISHED:
        return Q(state=JobState.PUBLISHED, expires_at__gt=now)
    return Q(state=JobState.DRAFT)


def _matching(jobs: JobQuerySet, query: search_text.Query) -> JobQuerySet:
    """Return the postings that have every word of the query, each with how well it matches.

    Who types accents means them: a posting that has those words as typed stands before one that has them
    only without accents, however often.
    """
    if not query.folded:
        return jobs.none()
    folded = SearchQuery(query.folded, config=CONFIG)
    found = jobs.filter(search_text__document=folded).annotate(
        relevance=SearchRank(F("search_text__document"), folded, cover_density=True)
    )
    if not query.accented:
        return found
    as_typed = Q(search_text__accented=SearchQuery(query.accented, config=CONFIG))
    return found.annotate(as_typed=ExpressionWrapper(as_typed, output_field=BooleanField()))


def _order(criteria: JobCriteria) -> list[OrderBy]:
    if criteria.ordering is not None:
        return [_ORDERS[criteria.ordering]]
    newest = _ORDERS[JobOrdering.CREATED_DESC if criteria.mine else JobOrdering.NEWEST]
    query = search_text.read_query(criteria.search)
    if not query.folded:
        return [newest]
    best = [F("relevance").desc(), newest]
    return [F("as_typed").desc(), *best] if query.accented else best
