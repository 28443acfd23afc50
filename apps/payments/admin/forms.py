"""The form that grants credits."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteSelect
from django.utils.translation import gettext_lazy as _

from apps.payments.models import CreditAccount


class CreditsForm(forms.Form):
    """How many credits, and why."""

    amount = forms.IntegerField(label=_("Credits"), min_value=1)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    expires_at = forms.SplitDateTimeField(
        label=_("Expires at"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=_("Leave empty for credits that never expire."),
    )
    # Sent twice by a double click or a reload, it names the same grant.
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class GrantForm(CreditsForm):
    """How many credits which company gets, and why."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Add the company, searched for by name."""
        super().__init__(*args, **options)
        company = CreditAccount._meta.get_field("company")
        chosen = company.formfield(widget=AutocompleteSelect(company, admin.site))
        self.fields["company"] = cast("forms.Field", chosen)
        self.order_fields(["company", "amount", "reason", "expires_at", "token"])
