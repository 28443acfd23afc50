"""Companies for staff: find, confirm, bring back. What a company says of itself is its owners' to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.companies.domain.naming import name_key
from apps.companies.models import Company, Membership
from apps.companies.services import companies, verification
from apps.core.admin import (
    DeletedFilter,
    Line,
    NamedFilter,
    OneTopAdmin,
    Section,
    dashboard,
    telling,
)

if TYPE_CHECKING:
    from apps.users.models import User

    _Inline = admin.TabularInline[Membership, Company]
else:
    _Inline = admin.TabularInline


class VerifiedFilter(NamedFilter):
    """Confirmed companies, or those that are not."""

    title = _("verified")
    parameter_name = "verified"
    options = {
        "yes": (_("Yes"), lambda _now: Q(verified_at__isnull=False)),
        "no": (_("No"), lambda _now: Q(verified_at__isnull=True)),
    }


class MembershipInline(_Inline):
    """A company's members, former ones too; only its owners change them."""

    model = Membership
    fields = ("user", "role", "joined_at", "ended_at")
    readonly_fields = fields
    ordering = ("joined_at", "id")
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Return the members with their accounts."""
        return super().get_queryset(request).select_related("user")

    def has_add_permission(self, request: HttpRequest, obj: Company | None = None) -> bool:
        """Return False: owners add members."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Company | None = None) -> bool:
        """Return False: owners give roles."""
        return False


@admin.register(Company)
class CompanyAdmin(OneTopAdmin[Company]):
    """Companies, deleted ones too."""

    list_select_related = ()
    list_display = ("name", "verified", "members", "created_at", "deleted_at")
    list_filter = (VerifiedFilter, DeletedFilter, "created_at")
    search_fields = ("name_key", "slug", "=id")
    search_help_text = _(
        "Part of the name (case and accents do not matter) or of the slug; the id."
    )
    named_by = "name"
    # By the key, whose order is that of creation, and which is indexed.
    ordering = ("-id",)
    fields = (
        "id", "name", "slug", "description", "address", "website",
        "verified_at", "deleted_at", "created_at", "updated_at", "version",
    )  # fmt: skip
    inlines = (MembershipInline,)
    actions = ("verify", "unverify", "restore")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        """Return the companies with the number of their present members, counted for those on the page alone."""
        present = Membership.objects.filter(company=OuterRef("pk"), ended_at__isnull=True)
        number = present.order_by().values("company").annotate(number=Count("pk")).values("number")
        return super().get_queryset(request).annotate(member_count=Coalesce(Subquery(number), 0))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Company], search_term: str
    ) -> tuple[QuerySet[Company], bool]:
        """Search names as they are compared, without case and accents."""
        return super().get_search_results(request, queryset, name_key(search_term) or search_term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: recruiters open companies."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Company | None = None) -> bool:
        """Return False: owners change their companies."""
        return False

    def has_verify_permission(self, request: HttpRequest) -> bool:
        """Tell whether the two actions of verification are offered."""
        return request.user.has_perm("companies.verify_company")

    def has_restore_permission(self, request: HttpRequest) -> bool:
        """Tell whether the action that brings companies back is offered."""
        return request.user.has_perm("companies.restore_company")

    @admin.display(description=_("verified"), boolean=True, ordering="verified_at")
    def verified(self, company: Company) -> bool:
        """Show whether the company is confirmed."""
        return company.is_verified

    @admin.display(description=_("members"), ordering="member_count")
    def members(self, company: Company) -> int:
        """Show how many people belong to the company now."""
        count: int = company.member_count  # type: ignore[attr-defined] # annotated above
        return count

    @admin.action(description=_("Confirm the selected companies"), permissions=["verify"])
    def verify(self, request: HttpRequest, queryset: QuerySet[Company]) -> HttpResponse | None:
        """Confirm companies."""
        now = timezone.now()
        return self.confirmed(
            request,
            queryset,
            lambda company: verification.verify_company(
                actor=cast("User", request.user), company_id=company.id, now=now
            ),
            action="verify",
            question=_("Confirm that these companies are who they say?"),
            done=_("Confirmed: %(count)d"),
        )

    @admin.action(
        description=_("Take the confirmation of the selected companies back"),
        permissions=["verify"],
    )
    def unverify(self, request: HttpRequest, queryset: QuerySet[Company]) -> HttpResponse | None:
        """Take confirmations back."""
        return self.confirmed(
            request,
            queryset,
            lambda company: verification.unverify_company(
                actor=cast("User", request.user), company_id=company.id
            ),
            action="unverify",
            question=_("Take the confirmation of these companies back?"),
            done=_("No longer confirmed: %(count)d"),
        )

    @admin.action(description=_("Restore the selected companies"), permissions=["restore"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Company]) -> HttpResponse | None:
        """Bring deleted companies back."""
        return self.confirmed(
            request,
            queryset,
            lambda company: companies.restore_company(
                actor=cast("User", request.user), company_id=company.id
            ),
            action="restore",
            question=_("Restore these companies, with their members and postings?"),
            done=_("Restored: %(count)d"),
        )


dashboard.add(
    Line(
        section=Section.WAITS,
        label=_("Companies to be verified"),
        right="companies.view_company",
        rows=lambda now: Company.objects.alive().filter(VerifiedFilter.where("no", now)),
        since="created_at",
        page="admin:companies_company_changelist",
        query={"verified": "no", "deleted": "no"},
    ),
)
telling.name_verbs(
    verified=_("verified"),
    unverified=_("took the verification back of"),
    member_added=_("added a member to"),
    member_removed=_("removed a member from"),
    role_changed=_("changed a member's role in"),
)
telling.name_details(member=_("member"), role=_("role"))
