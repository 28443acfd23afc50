"""The catalogue, which staff keep, and what was ordered and paid, which nobody changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from apps.core.admin import OneTopAdmin, telling
from apps.payments.admin.ledger import ReadOnlyAdmin
from apps.payments.models import GatewayEvent, Order, Package, PaymentAttempt
from apps.payments.services import packages

if TYPE_CHECKING:
    from apps.users.models import User

    _EventInline = admin.TabularInline[GatewayEvent, PaymentAttempt]
    _AttemptInline = admin.TabularInline[PaymentAttempt, Order]
else:
    _EventInline = _AttemptInline = admin.TabularInline


def _dong(amount: int) -> str:
    """Return an amount as people read it."""
    return number_format(amount, use_l10n=True, force_grouping=True)


@admin.register(Package)
class PackageAdmin(OneTopAdmin[Package]):
    """The catalogue."""

    list_display = ("name_vi", "costs", "credits", "days", "position", "is_active", "deleted_at")
    list_filter = ("is_active",)
    list_select_related = False
    search_fields = ("name_vi", "name_en")
    ordering = ("position", "id")
    fields = (
        "name_vi", "name_en", "price", "credits", "days", "position", "is_active", "deleted_at",
    )  # fmt: skip

    @admin.display(description=_("price in VND, with VAT"), ordering="price")
    def costs(self, package: Package) -> str:
        """Return the price with its thousands apart."""
        return _dong(package.price)

    def has_change_permission(self, request: HttpRequest, obj: Package | None = None) -> bool:
        """Tell whether a package may be changed; one that was removed is shown only."""
        removed = obj is not None and obj.deleted_at is not None
        return not removed and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Package | None = None) -> bool:
        """Tell whether a package may be removed from the catalogue, one at a time."""
        return (
            obj is not None
            and obj.deleted_at is None
            and request.user.has_perm("payments.delete_package")
        )

    def save_model(
        self,
        request: HttpRequest,
        obj: Package,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Hand what was entered to the services."""
        actor = cast("User", request.user)
        if change:
            packages.change_package(actor=actor, package_id=obj.id, terms=form.cleaned_data)
            return
        obj.pk = packages.add_package(actor=actor, terms=form.cleaned_data).pk

    def delete_model(self, request: HttpRequest, obj: Package) -> None:
        """Take a package out of the catalogue; its orders stay."""
        packages.remove_package(
            actor=cast("User", request.user), package_id=obj.id, now=timezone.now()
        )

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[str], list[Any]]:
        """Return what the page of confirmation lists: the package alone, since its orders stay."""
        return (
            [str(each) for each in objs],
            {Package._meta.verbose_name_plural: len(objs)},
            set(),
            [],
        )


class AttemptInline(_AttemptInline):
    """How an order was paid."""

    model = PaymentAttempt
    fields = ("ref", "gateway", "amount", "state", "is_surplus", "paid_at")
    readonly_fields = fields
    ordering = ("-id",)
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        """Return False: only services write these rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        """Return False: only services write these rows."""
        return False


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """What companies ordered."""

    list_display = ("created_at", "company", "name_vi", "costs", "credits", "state", "paid_at")
    list_select_related = ("company",)
    list_filter = ("state", "created_at")
    search_fields = ("company__name_key", "company__slug", "attempts__ref")
    ordering = ("-id",)
    fields = (
        "id", "company", "buyer", "package", "name_vi", "name_en", "price", "discount", "total",
        "currency", "vat_percent", "net", "vat", "credits", "days", "state", "paid_at", "created_at",
    )  # fmt: skip
    inlines = (AttemptInline,)

    @admin.display(description=_("total"), ordering="total")
    def costs(self, order: Order) -> str:
        """Return the total with its thousands apart."""
        return _dong(order.total)


class EventInline(_EventInline):
    """What the gateway said of an attempt."""

    model = GatewayEvent
    fields = ("received_at", "outcome", "verdict", "ip", "payload")
    readonly_fields = fields
    ordering = ("-id",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: PaymentAttempt | None = None) -> bool:
        """Return False: only services write these rows."""
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: PaymentAttempt | None = None
    ) -> bool:
        """Return False: only services write these rows."""
        return False


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(ReadOnlyAdmin):
    """Attempts to pay; those that paid once more wait to be paid back."""

    list_display = ("created_at", "ref", "company", "gateway", "amount", "state", "is_surplus")
    list_select_related = ("order__company",)
    list_filter = ("state", "is_surplus", "gateway", "created_at")
    search_fields = ("ref__istartswith", "gateway_ref", "order__company__name_key")
    ordering = ("-id",)
    fields = (
        "id", "order", "company", "gateway", "ref", "amount", "state", "is_surplus", "gateway_ref",
        "gateway_code", "started_as", "expires_at", "paid_at", "created_at",
    )  # fmt: skip
    readonly_fields = ("company",)
    inlines = (EventInline,)

    @admin.display(description=_("company"))
    def company(self, attempt: PaymentAttempt) -> str:
        """Show who pays."""
        return str(attempt.order.company)


@admin.register(GatewayEvent)
class GatewayEventAdmin(ReadOnlyAdmin):
    """What gateways said; money that nothing asks for shows in the verdict."""

    list_display = ("received_at", "gateway", "ref", "outcome", "verdict")
    list_select_related = ("attempt",)
    list_filter = ("verdict", "outcome", "gateway", "received_at")
    search_fields = ("ref__istartswith",)
    ordering = ("-id",)
    fields = (
        "id",
        "attempt",
        "gateway",
        "ref",
        "outcome",
        "verdict",
        "ip",
        "payload",
        "received_at",
    )


telling.name_verbs(ordered=_("ordered"), settled=_("settled"), changed=_("changed"))
telling.name_details(attempt=_("payment attempt"), order=_("order"))
