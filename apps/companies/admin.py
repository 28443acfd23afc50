"""Companies for staff: find, confirm, bring back. What a company says of itself is its owners' to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.companies.domain.naming import name_key
from apps.companies.models import Company, Membership
from apps.companies.services import companies, verification
from apps.core.admin import OneTopAdmin

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from apps.users.models import User

    _Inline = admin.TabularInline[Membership, Company]
else:
    _Inline = admin.TabularInline

_YES, _NO = "yes", "no"


class VerifiedFilter(admin.SimpleListFilter):
    """Confirmed companies, or those that are not."""

    title = _("verified")
    parameter_name = "verified"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, StrOrPromise]]:
        """Return the two choices."""
        return [(_YES, _("Yes")), (_NO, _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Company]) -> QuerySet[Company]:
        """Keep what was chosen."""
        if self.value() not in {_YES, _NO}:
            return queryset
        return queryset.filter(verified_at__isnull=self.value() == _NO)


class DeletedFilter(admin.SimpleListFilter):
    """Deleted companies, or those that are not."""

    title = _("deleted")
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, StrOrPromise]]:
        """Return the two choices."""
        return [(_NO, _("No")), (_YES, _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Company]) -> QuerySet[Company]:
        """Keep what was chosen."""
        if self.value() not in {_YES, _NO}:
            return queryset
        return queryset.filter(deleted_at__isnull=self.value() == _NO)


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
    list_filter = (VerifiedFilter, DeletedFilter)
    search_fields = ("name_key", "slug")
    search_help_text = _("Part of the name; case and accents do not matter.")
    ordering = ("-created_at", "-id")
    fields = (
        "id", "name", "slug", "description", "address", "website",
        "verified_at", "deleted_at", "created_at", "updated_at", "version",
    )  # fmt: skip
    inlines = (MembershipInline,)
    actions = ("verify", "unverify", "restore")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        """Return the companies with the number of their present members."""
        present = Count("memberships", filter=Q(memberships__ended_at__isnull=True))
        return super().get_queryset(request).annotate(member_count=present)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Company], search_term: str
    ) -> tuple[QuerySet[Company], bool]:
        """Search names as they are compared, without case and accents."""
        return super().get_search_results(request, queryset, name_key(search_term))

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
