"""Tables of postings: places and their other names, postings, and the text that search reads."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import PROTECT, Expression, F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Entity, SoftDeletable, SoftDeleteQuerySet, Versioned
from apps.jobs.enums import AliasKind, JobState, JobType, PlaceKind


class Place(models.Model):
    """Where a posting is: one of the 34 provinces and cities, remote work, or the whole country.

    The key is the official two-digit code (Decision 19/2025/QĐ-TTg), which is never given to another place.
    """

    code = models.CharField(_("code"), primary_key=True, max_length=10)
    name = models.CharField(_("name"), max_length=100)
    full_name = models.CharField(_("official name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=PlaceKind.choices)

    class Meta:
        db_table = "jobs_place"
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.UniqueConstraint(fields=["name"], name="jobs_place_name_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=PlaceKind.values), name="jobs_place_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceAlias(Entity):
    """Another name that people type for a place."""

    place = models.ForeignKey(
        Place, on_delete=PROTECT, related_name="aliases", verbose_name=_("place")
    )
    name = models.CharField(_("name"), max_length=100)
    folded = models.CharField(
        _("key"),
        max_length=100,
        editable=False,
        help_text=_("The name without accents, punctuation and words such as “tỉnh”."),
    )
    kind = models.CharField(
        _("kind"), max_length=20, choices=AliasKind.choices, default=AliasKind.ABBREVIATION
    )

    class Meta:
        db_table = "jobs_place_alias"
        verbose_name = _("other name of a place")
        verbose_name_plural = _("other names of places")
        constraints = [
            models.UniqueConstraint(fields=["folded"], name="jobs_place_alias_folded_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=AliasKind.values), name="jobs_place_alias_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class JobQuerySet(SoftDeleteQuerySet["Job"]):
    """Filters over postings."""

    def present(self) -> Self:
        """Return the postings that are not deleted, of companies that are not deleted."""
        return self.alive().filter(company__deleted_at__isnull=True)

    def live(self, now: datetime | Expression) -> Self:
        """Return the postings that everybody sees and may apply to."""
        # One filter, not those of `present()` and one more: each costs the query another copy of itself.
        return self.filter(
            deleted_at__isnull=True,
            company__deleted_at__isnull=True,
            state=JobState.PUBLISHED,
            expires_at__gt=now,
        )


class Job(Entity, SoftDeletable, Versioned):
    """One posting of a company.

    ``expires_at`` follows ``deadline``: 00:00 in Vietnam of the day after it. ``state`` is written by the
    services only; the pay is an offer, in whole đồng a month, and not money of ours.
    """

    company = models.ForeignKey(
        "companies.Company",
        on_delete=PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("company"),
    )
    posted_by = models.ForeignKey(
        "users.User",
        on_delete=PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("posted by"),
    )
    title = models.CharField(_("title"), max_length=255)
    slug = models.CharField(_("slug"), max_length=100, editable=False)
    place = models.ForeignKey(
        Place, on_delete=PROTECT, related_name="+", db_index=False, verbose_name=_("place")
    )
    job_type = models.CharField(
        _("employment type"), max_length=20, choices=JobType.choices, default=JobType.FULL_TIME
    )
    salary_min = models.BigIntegerField(_("pay from"), null=True, blank=True)
    salary_max = models.BigIntegerField(_("pay to"), null=True, blank=True)
    is_negotiable = models.BooleanField(_("pay is negotiable"), default=False)
    description = models.TextField(_("description"))
    requirements = models.TextField(_("requirements"), blank=True, default="")
    benefits = models.TextField(_("benefits"), blank=True, default="")
    deadline = models.DateField(_("deadline"))
    expires_at = models.DateTimeField(_("expires at"), editable=False)
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=JobState.choices,
        default=JobState.DRAFT,
        editable=False,
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        db_table = "jobs_job"
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        permissions = [
            ("take_down_job", "Can close any company's posting"),
            ("restore_job", "Can bring back a deleted posting"),
        ]
        constraints = [
            # Deleted rows count too: a restored posting keeps its address.
            models.UniqueConstraint(fields=["slug"], name="jobs_job_slug_unique"),
            models.CheckConstraint(
                condition=Q(job_type__in=JobType.values), name="jobs_job_type_known"
            ),
            models.CheckConstraint(
                condition=(Q(salary_min__isnull=True) | Q(salary_min__gt=0))
                & (Q(salary_max__isnull=True) | Q(salary_max__gt=0)),
                name="jobs_job_salary_positive",
            ),
            models.CheckConstraint(
                condition=Q(salary_min__isnull=True)
                | Q(salary_max__isnull=True)
                | Q(salary_min__lte=F("salary_max")),
                name="jobs_job_salary_ordered",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.DRAFT, published_at__isnull=True, closed_at__isnull=True)
                | Q(state=JobState.PUBLISHED, published_at__isnull=False, closed_at__isnull=True)
                | Q(state=JobState.CLOSED, published_at__isnull=False, closed_at__isnull=False),
                name="jobs_job_state_dated",
            ),
        ]
        indexes = [
            models.Index(
                F("published_at").desc(nulls_last=True),
                F("id").desc(),
                condition=Q(state=JobState.PUBLISHED, deleted_at__isnull=True),
                name="jobs_job_newest",
            ),
            models.Index(
                F("place"),
                F("published_at").desc(nulls_last=True),
                F("id").desc(),
                condition=Q(state=JobState.PUBLISHED, deleted_at__isnull=True),
                name="jobs_job_of_place",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(state=JobState.PUBLISHED, deleted_at__isnull=True),
                name="jobs_job_ending",
            ),
            models.Index(fields=["company", "-created_at", "-id"], name="jobs_job_of_company"),
        ]

    def __str__(self) -> str:
        return self.title


class JobSearchText(models.Model):
    """What search reads of a posting, written by the services in the transaction that changes it.

    ``document`` has the words without accents and finds; ``accented`` has them as written and ranks.
    """

    job = models.OneToOneField(
        Job, on_delete=models.CASCADE, primary_key=True, related_name="search_text"
    )
    document = SearchVectorField()
    accented = SearchVectorField()

    class Meta:
        db_table = "jobs_search_text"
        verbose_name = _("search text")
        verbose_name_plural = _("search texts")
        indexes = [
            # Postings change rarely and are searched all the time: no list of pending entries, which every
            # search would have to read through and the planner shies away from.
            GinIndex(fields=["document"], name="jobs_search_text_document", fastupdate=False)
        ]

    def __str__(self) -> str:
        return str(self.job_id)
