"""Tables of applications: one row for each person and posting, and its history."""

from __future__ import annotations

from django.db import models
from django.db.models import PROTECT, Q
from django.utils.translation import gettext_lazy as _

from apps.applications.enums import ApplicationState, StepKind
from apps.core.models import Entity, Versioned


class Application(Entity, Versioned):
    """One person's application to one posting.

    The posting's title, slug and company are copied when it is made: what was applied for stays readable
    whatever becomes of the posting. ``state`` is written by the services only, each time with a history row.
    """

    job = models.ForeignKey(
        "jobs.Job", on_delete=PROTECT, related_name="+", db_index=False, verbose_name=_("posting")
    )
    candidate = models.ForeignKey(
        "users.User",
        on_delete=PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("candidate"),
    )
    company = models.ForeignKey(
        "companies.Company",
        on_delete=PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("company"),
    )
    job_title = models.CharField(_("title of the posting"), max_length=255)
    job_slug = models.CharField(_("slug of the posting"), max_length=255)
    company_name = models.CharField(_("name of the company"), max_length=255)
    cv = models.ForeignKey(
        "core.StoredFile", on_delete=PROTECT, related_name="+", verbose_name=_("CV")
    )
    cover_letter = models.TextField(_("cover letter"), blank=True, default="")
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=ApplicationState.choices,
        default=ApplicationState.SUBMITTED,
        editable=False,
    )
    applied_at = models.DateTimeField(_("applied at"), editable=False)

    class Meta:
        db_table = "applications_application"
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            # Also the index of every lookup by posting.
            models.UniqueConstraint(
                fields=["job", "candidate"], name="applications_application_made_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values),
                name="applications_application_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["candidate", "-applied_at", "-id"], name="applications_of_candidate"
            ),
            models.Index(fields=["company", "-applied_at", "-id"], name="applications_of_company"),
        ]

    def __str__(self) -> str:
        return f"{self.job_title} · {self.id}"


class ApplicationEvent(Entity):
    """One step of an application's history; rows are added and never changed."""

    application = models.ForeignKey(
        Application,
        on_delete=PROTECT,
        related_name="history",
        db_index=False,
        verbose_name=_("application"),
    )
    version = models.PositiveIntegerField(
        _("version"), help_text=_("The version of the application that this step made.")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=StepKind.choices)
    from_state = models.CharField(
        _("previous state"), max_length=20, choices=ApplicationState.choices, blank=True, default=""
    )
    to_state = models.CharField(_("new state"), max_length=20, choices=ApplicationState.choices)
    reason = models.TextField(_("internal reason"), blank=True, default="")
    actor_id = models.UUIDField(_("actor"))
    at = models.DateTimeField(_("time"))

    class Meta:
        db_table = "applications_event"
        verbose_name = _("step of an application")
        verbose_name_plural = _("steps of applications")
        constraints = [
            # Orders the history, and is the index of every lookup by application.
            models.UniqueConstraint(
                fields=["application", "version"], name="applications_event_version_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=StepKind.SUBMITTED, from_state="", version=1)
                | (~Q(kind=StepKind.SUBMITTED) & ~Q(from_state="") & Q(version__gt=1)),
                name="applications_event_starts_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.application_id}"
