"""Accounts for the staff. Everything that changes goes through the services."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth import password_validation
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.admin import Line, OneTopAdmin, ReasonForm, Section, dashboard
from apps.users.domain import identity
from apps.users.domain.policies import SELF_REGISTERED
from apps.users.enums import Approval, UserType
from apps.users.models import User
from apps.users.services import accounts, approvals

# Fewer digits are rather a part of an address.
_PHONE_LIKE = 6

if TYPE_CHECKING:
    _AccountForm = forms.ModelForm[User]
else:
    _AccountForm = forms.ModelForm


class AccountForm(_AccountForm):
    """What the staff may correct in an account."""

    def clean_phone_number(self) -> str:
        """Return the number without separators."""
        number = identity.normalise_phone(self.cleaned_data["phone_number"])
        if number and not identity.is_phone(number):
            raise forms.ValidationError(
                _("A phone number has 8 to 15 digits, with a leading + if you like")
            )
        return number


class NewAccountForm(AccountForm):
    """An account that the staff open for somebody."""

    password = forms.CharField(
        label=_("password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html,
    )

    class Meta:
        model = User
        fields = ("email", "full_name", "user_type", "phone_number", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [choice for choice in UserType.choices if choice[0] in SELF_REGISTERED]
        self.fields["user_type"].choices = offered  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        """Return the one spelling of the address."""
        return identity.normalise_email(self.cleaned_data["email"])

    def _post_clean(self) -> None:
        # Here, because the policy compares the password with the rest of the account.
        super()._post_clean()  # type: ignore[misc]
        password = self.cleaned_data.get("password")
        if password:
            try:
                password_validation.validate_password(password, self.instance)
            except forms.ValidationError as refusal:
                self.add_error("password", refusal)


@admin.register(User)
class UserAdmin(OneTopAdmin[User]):
    """People; passwords are neither shown nor set here, except at creation."""

    form = AccountForm
    list_display = (
        "email",
        "full_name",
        "phone_number",
        "user_type",
        "approval",
        "is_active",
        "created_at",
    )
    list_filter = ("approval", "user_type", "is_active", "is_staff", "created_at")
    list_select_related = False
    search_fields = ("email", "full_name", "phone_number")
    folded_fields = ("full_name",)
    search_help_text = _(
        "Part of the e-mail, of the name (accents or not) or of the phone number; the id."
    )
    named_by = "email"
    ordering = ("-created_at",)
    filter_horizontal = ("groups",)
    actions = (
        "approve_recruiters",
        "reject_recruiters",
        "deactivate_accounts",
        "reactivate_accounts",
    )
    fieldsets = (
        (None, {"fields": ("id", "email", "full_name", "phone_number", "language")}),
        (_("Approval"), {"fields": ("user_type", "approval", "approval_decided_at")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Times"), {"fields": ("created_at", "updated_at")}),
    )
    readonly_fields = (
        "email",
        "user_type",
        "approval",
        "approval_decided_at",
        "is_active",
        "is_superuser",
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "email",
                    "full_name",
                    "user_type",
                    "phone_number",
                    "language",
                    "password",
                )
            },
        ),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """Find a phone number however it is written, with 0 or +84 before it; else as usual."""
        digits = re.sub(r"^(\+84|84|0)", "", identity.normalise_phone(search_term))
        if digits.isdecimal() and len(digits) >= _PHONE_LIKE:
            return queryset.filter(phone_number__contains=digits), False
        return super().get_search_results(request, queryset, search_term)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Return the fields of a new account, or those of one that is there."""
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_form(
        self,
        request: HttpRequest,
        obj: User | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **options: Any,
    ) -> Any:
        """Return the form of a new account, or that of one that is there."""
        if not change:
            options["form"] = NewAccountForm
        return super().get_form(request, obj, change=change, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Return what this member of the staff cannot change: rights are given by superusers alone."""
        if obj is None:
            return []
        names = super().get_readonly_fields(request, obj)
        if not request.user.is_superuser:
            return [*names, "is_staff", "groups"]
        return [*names, "is_staff"] if obj == request.user else names

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Tell whether the row may be edited: a superuser's by superusers alone."""
        out_of_reach = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not out_of_reach and super().has_change_permission(request, obj)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Tell whether recruiters may be approved and rejected."""
        return request.user.has_perm("users.decide_recruiter")

    def has_deactivate_permission(self, request: HttpRequest) -> bool:
        """Tell whether accounts may be shut out and let in again."""
        return request.user.has_perm("users.deactivate_user")

    def save_model(
        self,
        request: HttpRequest,
        obj: User,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Hand what was entered to the services."""
        actor: Any = request.user
        now = timezone.now()
        if not change:
            obj.pk = accounts.create_account(actor=actor, **form.cleaned_data, now=now).pk
            return
        entered = form.cleaned_data
        accounts.correct_account(
            actor=actor,
            user_id=obj.pk,
            full_name=entered["full_name"],
            phone_number=entered["phone_number"],
            language=entered["language"],
            now=now,
        )
        if {"is_staff", "groups"} & set(form.changed_data):
            accounts.set_staff_rights(
                actor=actor,
                user_id=obj.pk,
                is_staff=entered.get("is_staff", obj.is_staff),
                group_ids=[group.pk for group in entered["groups"]],
                now=now,
            )

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Do nothing: the groups were set with the other rights."""

    @admin.action(description=_("Approve the selected recruiters"), permissions=["decide"])
    def approve_recruiters(
        self, request: HttpRequest, queryset: QuerySet[User]
    ) -> HttpResponse | None:
        """Let recruiters in."""
        return self._confirmed(
            request,
            queryset,
            action="approve_recruiters",
            question=_("Approve these recruiters? They are told by mail and can sign in at once."),
            service=approvals.approve_recruiter,
            done=_("Recruiters approved: %(count)d"),
        )

    @admin.action(description=_("Reject the selected recruiters"), permissions=["decide"])
    def reject_recruiters(
        self, request: HttpRequest, queryset: QuerySet[User]
    ) -> HttpResponse | None:
        """Refuse recruiters."""
        return self._confirmed(
            request,
            queryset,
            action="reject_recruiters",
            question=_("Reject these recruiters? They are told by mail and signed out at once."),
            service=approvals.reject_recruiter,
            done=_("Recruiters rejected: %(count)d"),
            form=self.entered(request, ReasonForm),
        )

    @admin.action(description=_("Deactivate the selected accounts"), permissions=["deactivate"])
    def deactivate_accounts(
        self, request: HttpRequest, queryset: QuerySet[User]
    ) -> HttpResponse | None:
        """Shut accounts out."""
        return self._confirmed(
            request,
            queryset,
            action="deactivate_accounts",
            question=_("Deactivate these accounts? They are signed out at once."),
            service=accounts.deactivate,
            done=_("Accounts deactivated: %(count)d"),
        )

    @admin.action(description=_("Reactivate the selected accounts"), permissions=["deactivate"])
    def reactivate_accounts(
        self, request: HttpRequest, queryset: QuerySet[User]
    ) -> HttpResponse | None:
        """Let deactivated accounts in again."""
        return self._confirmed(
            request,
            queryset,
            action="reactivate_accounts",
            question=_("Reactivate these accounts?"),
            service=accounts.reactivate,
            done=_("Accounts reactivated: %(count)d"),
        )

    def _confirmed(
        self,
        request: HttpRequest,
        rows: QuerySet[User],
        *,
        action: str,
        question: Any,
        service: Callable[..., User],
        done: Any,
        form: forms.Form | None = None,
    ) -> HttpResponse | None:
        """Call a service for each row once the page that lists them was confirmed."""
        now = timezone.now()
        return self.confirmed(
            request,
            rows,
            lambda row: service(
                actor=request.user,
                user_id=row.pk,
                now=now,
                **(form.cleaned_data if form else {}),
            ),
            action=action,
            question=question,
            done=done,
            form=form,
        )


dashboard.add(
    Line(
        section=Section.WAITS,
        label=_("Recruiters awaiting approval"),
        right="users.view_user",
        rows=lambda _now: User.objects.filter(approval=Approval.PENDING, is_active=True),
        since="created_at",
        page="admin:users_user_changelist",
        query={"approval__exact": Approval.PENDING.value, "is_active__exact": "1"},
    ),
)
