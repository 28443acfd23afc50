"""The page at which the local stack's customers pay."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from apps.payments.enums import SandboxChoice
from apps.payments.presenters import present_sandbox
from apps.payments.services import sandbox


class ChoiceForm(forms.Form):
    """What a person lets become of the payment."""

    choice = forms.ChoiceField(choices=SandboxChoice.choices)


class SandboxView(View):
    """Shows a payment with its buttons, and what became of it once one was pressed."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the payment that the address asks for."""
        payment = present_sandbox(request.META["QUERY_STRING"])
        if payment is None:
            raise Http404
        return render(
            request,
            "payments/sandbox.html",
            {"payment": payment, "choices": SandboxChoice.choices},
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do what the button says, and show what the shop made of it."""
        query = request.META["QUERY_STRING"]
        form, payment = ChoiceForm(request.POST), present_sandbox(query)
        if payment is None or not form.is_valid():
            raise Http404
        choice = SandboxChoice(form.cleaned_data["choice"])
        played = sandbox.play(query=query, choice=choice, now=timezone.now())
        return render(
            request,
            "payments/sandbox.html",
            {"payment": payment, "choice": choice, "played": played},
        )
