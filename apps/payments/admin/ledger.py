"""The ledger for staff: who has how many credits and why, and granting more. Nothing is edited or deleted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.db.models import Min, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.admin import Line, OneTopAdmin, Section, dashboard, telling
from apps.core.text import fold
from apps.payments.admin.filters import BalanceFilter, ExpiryFilter, LotExpiryFilter
from apps.payments.admin.forms import CreditsForm, GrantForm
from apps.payments.models import CreditAccount, CreditEntry, CreditLot, LotAllocation
from apps.payments.services import credits

if TYPE_CHECKING:
    from apps.payments.admin.filters import DatedAccount
    from apps.users.models import User

    _LotInline = admin.TabularInline[CreditLot, CreditAccount]
    _AllocationInline = admin.TabularInline[LotAllocation, CreditEntry]
else:
    _LotInline = _AllocationInline = admin.TabularInline

GRANT_RIGHT = "payments.grant_credits"


class ReadOnlyAdmin(OneTopAdmin[Any]):
    """Pages of the ledger: only its services and triggers write it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: see the class."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: see the class."""
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search companies by their names as they are compared, without case and accents."""
        return super().get_search_results(request, queryset, fold(search_term))


class LotInline(_LotInline):
    """The lots of an account."""

    model = CreditLot
    fields = ("granted", "remaining", "expires_at", "created_at")
    readonly_fields = fields
    ordering = ("-id",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: CreditAccount | None = None) -> bool:
        """Return False: a grant opens a lot."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: CreditAccount | None = None) -> bool:
        """Return False: spending takes from a lot."""
        return False


class AllocationInline(_AllocationInline):
    """What an entry took from which lot."""

    model = LotAllocation
    fields = ("lot_id", "amount")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: CreditEntry | None = None) -> bool:
        """Return False: an entry takes when it is made."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: CreditEntry | None = None) -> bool:
        """Return False: an entry stays what it is."""
        return False


@admin.register(CreditAccount)
class CreditAccountAdmin(ReadOnlyAdmin):
    """The companies' accounts, and the page that grants credits."""

    list_display = ("company", "balance", "first_expiry", "seq")
    list_select_related = ("company",)
    list_filter = (BalanceFilter, ExpiryFilter)
    search_fields = ("company__name_key", "company__slug")
    search_help_text = _("Part of the company's name; case and accents do not matter.")
    ordering = ("company__name_key",)
    named_by = "company__name"
    fields = ("company", "balance", "first_expiry", "seq", "created_at")
    readonly_fields = ("first_expiry",)
    inlines = (LotInline,)
    actions = ("grant_to_each",)

    def has_grant_permission(self, request: HttpRequest) -> bool:
        """Tell whether credits may be granted."""
        return request.user.has_perm(GRANT_RIGHT)

    @admin.action(
        description=_("Grant credits to each of the selected companies"), permissions=["grant"]
    )
    def grant_to_each(
        self, request: HttpRequest, queryset: QuerySet[CreditAccount]
    ) -> HttpResponse | None:
        """Grant the same number of credits to several companies."""
        form = self.entered(request, CreditsForm)
        now = timezone.now()
        return self.confirmed(
            request,
            queryset.select_related("company"),
            lambda account: _grant(request, account.company_id, form.cleaned_data, now),
            action="grant_to_each",
            question=_("How many credits shall each of these companies get?"),
            done=_("Companies that got credits: %(count)d"),
            form=form,
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the accounts with the instant at which their next credits expire."""
        first = Min("lots__expires_at", filter=Q(lots__remaining__gt=0))
        accounts: QuerySet[CreditAccount] = super().get_queryset(request)
        return accounts.annotate(first_expiry_at=first)

    @admin.display(description=_("next expiry"), ordering="first_expiry_at")
    def first_expiry(self, account: DatedAccount) -> datetime | None:
        """Show when the next credits expire."""
        return account.first_expiry_at

    def get_urls(self) -> list[URLPattern]:
        """Add the page that grants credits."""
        grant = path(
            "grant/",
            self.admin_site.admin_view(self.grant_view),
            name="payments_creditaccount_grant",
        )
        return [grant, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, with the way to the granting page for those who may."""
        return super().changelist_view(request, {**(extra_context or {}), **self._offer(request)})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show an account, with the way to the granting page for those who may."""
        context = {**(extra_context or {}), **self._offer(request)}
        return super().change_view(request, object_id, form_url, context)

    def grant_view(self, request: HttpRequest) -> HttpResponse:
        """Grant credits to a company."""
        if not request.user.has_perm(GRANT_RIGHT):
            raise PermissionDenied
        if request.method != "POST":
            return self._show(request, GrantForm(initial={"company": request.GET.get("company")}))
        form = GrantForm(request.POST)
        if form.is_valid() and self._grant(request, form.cleaned_data):
            return HttpResponseRedirect(reverse("admin:payments_creditaccount_changelist"))
        return self._show(request, form)

    def _grant(self, request: HttpRequest, given: dict[str, Any]) -> bool:
        """Call the service; tell whether it granted, after saying why not."""
        granted: list[CreditEntry] = []
        now = timezone.now()
        self.call_for_each(
            request,
            [given["company"]],
            lambda company: granted.append(_grant(request, company.pk, given, now)),
            done=gettext("The credits were granted."),
        )
        return bool(granted)

    def _show(self, request: HttpRequest, form: GrantForm) -> HttpResponse:
        fields = [name for name in form.fields if name != "token"]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Grant credits"),
            "opts": self.model._meta,
            "form": form,
            "adminform": AdminForm(cast("Any", form), [(None, {"fields": fields})], {}),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/payments/creditaccount/grant.html", context)

    def _offer(self, request: HttpRequest) -> dict[str, Any]:
        return {"may_grant": request.user.has_perm(GRANT_RIGHT)}


def _grant(
    request: HttpRequest, company_id: UUID, given: dict[str, Any], now: datetime
) -> CreditEntry:
    return credits.grant(
        actor=cast("User", request.user),
        company_id=company_id,
        amount=given["amount"],
        reason=given["reason"],
        expires_at=given["expires_at"],
        source=f"grant:{given['token']}",
        now=now,
    )


@admin.register(CreditEntry)
class CreditEntryAdmin(ReadOnlyAdmin):
    """The ledger."""

    list_display = (
        "created_at", "company", "seq", "kind", "delta", "balance_after", "source", "reason",
    )  # fmt: skip
    list_select_related = ("account__company",)
    list_filter = ("kind", "created_at")
    search_fields = ("account__company__name_key", "account__company__slug", "source")
    search_help_text = _("Part of the company's name, or of the source.")
    ordering = ("-id",)
    fields = (
        "id", "company", "seq", "kind", "delta", "balance_after", "counter_account",
        "source", "reason", "actor_id", "created_at",
    )  # fmt: skip
    readonly_fields = ("company",)
    inlines = (AllocationInline,)

    @admin.display(description=_("company"))
    def company(self, entry: CreditEntry) -> str:
        """Show whose entry it is."""
        return str(entry.account.company)


@admin.register(CreditLot)
class CreditLotAdmin(ReadOnlyAdmin):
    """The lots."""

    list_display = ("company", "granted", "remaining", "expires_at", "created_at")
    list_select_related = ("account__company",)
    list_filter = (LotExpiryFilter,)
    search_fields = ("account__company__name_key", "account__company__slug")
    search_help_text = _("Part of the company's name; case and accents do not matter.")
    ordering = ("-id",)
    fields = ("id", "company", "entry", "granted", "remaining", "expires_at", "created_at")
    readonly_fields = ("company",)

    @admin.display(description=_("company"))
    def company(self, lot: CreditLot) -> str:
        """Show whose lot it is."""
        return str(lot.account.company)


dashboard.add(
    Line(
        section=Section.SOON,
        label=_("Lots of credits that expire within 7 days"),
        right="payments.view_creditlot",
        rows=lambda now: CreditLot.objects.filter(LotExpiryFilter.where("7", now)),
        since="expires_at",
        page="admin:payments_creditlot_changelist",
        query={"expiry": "7"},
    ),
    Line(
        section=Section.WRONG,
        label=_("Lots of credits that expired and are not booked yet"),
        right="payments.view_creditlot",
        rows=lambda now: CreditLot.objects.filter(LotExpiryFilter.where("past", now)),
        since="expires_at",
        page="admin:payments_creditlot_changelist",
        query={"expiry": "past"},
    ),
)
telling.name_verbs(
    granted=_("granted credits to"),
    spent=_("spent credits of"),
    expired=_("expired"),
    bought=_("bought"),
)
telling.name_details(delta=_("credits"), entry=_("ledger entry"), source=_("source"))
