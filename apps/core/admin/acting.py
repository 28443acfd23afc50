"""What staff do to several rows at once: a page that asks, a service a row, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import IntegrityError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError, constraint_error, constraint_of
from apps.core.wording import worded

if TYPE_CHECKING:
    from django.contrib import admin
    from django_stubs_ext import StrOrPromise

_Row = TypeVar("_Row", bound=Model)

MOST_ROWS = 200
"""That one confirmation covers: a list that nobody reads to its end asks nothing."""
MOST_REFUSALS = 20
"""That are told one by one."""


class ReasonForm(forms.Form):
    """Why something is done, in words that those whom it concerns may read."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


def ask(
    page: admin.ModelAdmin[_Row],
    request: HttpRequest,
    rows: QuerySet[_Row],
    *,
    action: str,
    question: StrOrPromise,
    form: forms.Form | None = None,
) -> HttpResponse | None:
    """Return the page that lists the rows and asks, with what else is to be filled in; None once it was confirmed.

    The template ``<app>/confirm_action.html`` may say more of a row.
    """
    if "confirmed" in request.POST and (form is None or form.is_valid()):
        return None
    chosen = list(rows[: MOST_ROWS + 1])
    if len(chosen) > MOST_ROWS:
        told = gettext("Choose at most %(count)d rows at a time.") % {"count": MOST_ROWS}
        page.message_user(request, told, messages.ERROR)
        return None
    context = {
        **page.admin_site.each_context(request),
        "title": question,
        "opts": page.model._meta,
        "rows": chosen,
        "action": action,
        "checkbox": ACTION_CHECKBOX_NAME,
        "form": form,
        "media": page.media + form.media if form else page.media,
    }
    app = page.model._meta.app_label
    templates = [f"{app}/confirm_action.html", "core/confirm_action.html"]
    return TemplateResponse(request, templates, context)


def call_for_each(
    page: admin.ModelAdmin[_Row],
    request: HttpRequest,
    rows: Iterable[_Row],
    service: Callable[[_Row], Any],
    *,
    done: StrOrPromise,
) -> None:
    """Call a service for each row; say how many it did, and which it refused and why.

    ``done`` is a translated text with ``%(count)d``. A refusal of one row does not stop the others.
    """
    count = refused = 0
    for row in rows:
        refusal = _refusal(lambda row=row: service(row))  # type: ignore[misc] # bound now, called now
        if refusal is None:
            count += 1
            continue
        refused += 1
        if refused <= MOST_REFUSALS:
            page.message_user(request, f"{row}: {worded(refusal.detail)}", messages.ERROR)
    if refused > MOST_REFUSALS:
        told = gettext("Refused besides these: %(count)d") % {"count": refused - MOST_REFUSALS}
        page.message_user(request, told, messages.ERROR)
    if count:
        page.message_user(request, str(done) % {"count": count}, messages.SUCCESS)


def _refusal(call: Callable[[], Any]) -> DomainError | None:
    """Return how a call was refused, also by a constraint that has a meaning."""
    try:
        call()
    except DomainError as error:
        return error
    except IntegrityError as error:
        meaning = constraint_error(constraint_of(error))
        if meaning is None:
            raise
        return meaning
    return None
