"""Tables of companies: the employer, and who acts for it."""

from __future__ import annotations

from django.db import models
from django.db.models import PROTECT, Q
from django.utils.translation import gettext_lazy as _

from apps.companies.enums import MemberRole
from apps.core.models import Entity, SoftDeletable, SoftDeleteQuerySet, Versioned


class Company(Entity, SoftDeletable, Versioned):
    """An employer. Its slug is made once, ends in six random characters, and survives a change of name."""

    name = models.CharField(_("name"), max_length=255)
    name_key = models.CharField(
        max_length=255, editable=False, help_text="The name folded, for comparison and search."
    )
    slug = models.SlugField(_("slug"), max_length=255, db_index=False, editable=False)
    description = models.TextField(_("description"), blank=True, default="")
    address = models.CharField(_("address"), max_length=500, blank=True, default="")
    website = models.URLField(_("website"), max_length=255, blank=True, default="")
    verified_at = models.DateTimeField(_("verified at"), null=True, editable=False)

    objects = SoftDeleteQuerySet["Company"].as_manager()

    class Meta:
        db_table = "companies_company"
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        permissions = [
            ("verify_company", "Can confirm that a company is who it says"),
            ("restore_company", "Can bring back a deleted company"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"],
                condition=Q(deleted_at__isnull=True),
                name="companies_company_live_name_unique",
            ),
            models.UniqueConstraint(fields=["slug"], name="companies_company_slug_unique"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(name_key=""), name="companies_company_name_present"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-created_at", "-id"],
                condition=Q(deleted_at__isnull=True),
                name="companies_company_newest",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_verified(self) -> bool:
        """Tell whether staff have confirmed that this company is who it says."""
        return self.verified_at is not None


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Filters for memberships."""

    def active(self) -> MembershipQuerySet:
        """Return the memberships that have not ended, of companies that are not deleted."""
        return self.filter(ended_at__isnull=True, company__deleted_at__isnull=True)


class Membership(Entity):
    """One person's part in one company. It is ended, never erased: history pages still name the person."""

    company = models.ForeignKey(
        Company,
        on_delete=PROTECT,
        related_name="memberships",
        db_index=False,
        verbose_name=_("company"),
    )
    user = models.ForeignKey(
        "users.User", on_delete=PROTECT, related_name="+", db_index=False, verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=MemberRole.choices)
    joined_at = models.DateTimeField(_("joined at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        db_table = "companies_membership"
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            # Also the index of every lookup of a company's present members.
            models.UniqueConstraint(
                fields=["company", "user"],
                condition=Q(ended_at__isnull=True),
                name="companies_membership_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(role__in=MemberRole.values), name="companies_membership_role_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "joined_at", "id"],
                condition=Q(ended_at__isnull=True),
                name="companies_membership_of_user",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.role}"
