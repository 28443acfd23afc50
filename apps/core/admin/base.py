"""The base of every page of the admin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from apps.core.admin import acting
from apps.core.admin.counting import CappedPaginator
from apps.core.admin.filters import finds
from apps.core.errors import DomainError
from apps.core.wording import worded

_Row = TypeVar("_Row", bound=Model)
_Form = TypeVar("_Form", bound=forms.Form)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    _ModelAdmin = admin.ModelAdmin
else:

    class _ModelAdmin(admin.ModelAdmin):
        """Lets subclasses name their model, which Django's class allows to type checkers only."""

        def __class_getitem__(cls, _model: object) -> type[Self]:
            """Return the class itself."""
            return cls


_KEPT_BY_THE_PLATFORM = ("id", "created_at", "updated_at", "version", "deleted_at")


class OneTopAdmin(_ModelAdmin[_Row]):
    """Shows rows and lets staff call services on them.

    Rows are not deleted here: deleting is a service with rules of its own, or does not exist. Each subclass
    states ``list_select_related`` (a test asks for it), so that no list costs a query a row.
    """

    named_by: ClassVar[str] = ""
    """The column that says what a row is called, where the audit trail names it; none, and it is not named."""
    folded_fields: ClassVar[Sequence[str]] = ()
    """The searched columns in which words are found without their accents, too."""
    list_select_related: ClassVar[bool | list[str] | tuple[str, ...]] = ()
    show_full_result_count = False
    paginator = CappedPaginator
    # Each would count the whole table again.
    show_facets = admin.ShowFacets.NEVER

    def get_readonly_fields(self, request: HttpRequest, obj: _Row | None = None) -> list[str]:
        """Return what the page declares and what the platform itself keeps."""
        own = {field.name for field in self.model._meta.get_fields()}
        declared = [str(name) for name in super().get_readonly_fields(request, obj)]
        kept = [name for name in _KEPT_BY_THE_PLATFORM if name in own and name not in declared]
        return [*declared, *kept]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[_Row], search_term: str
    ) -> tuple[QuerySet[_Row], bool]:
        """Find what Django finds; where columns are folded, whatever the accents, and a row by its key."""
        if not self.folded_fields or not search_term.strip():
            return super().get_search_results(request, queryset, search_term)
        plain = [name for name in self.search_fields if name not in self.folded_fields]
        return queryset.filter(finds(search_term, plain=plain, folded=self.folded_fields)), False

    def has_delete_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        """Return False: see the class."""
        return False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the row's audit entries, which tell of every way to change it and not of the admin alone."""
        query = urlencode({"q": object_id, "day": "all"})
        return HttpResponseRedirect(f"{reverse('admin:core_audit_changelist')}?{query}")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show and take the form of a row; what a service refuses is told on the page, and nothing was changed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            self.message_user(request, worded(refusal.detail), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def call_for_each(
        self,
        request: HttpRequest,
        rows: Iterable[_Row],
        service: Callable[[_Row], Any],
        *,
        done: StrOrPromise,
    ) -> None:
        """Call a service for each row; say how many it did, and which it refused and why (``acting``)."""
        acting.call_for_each(self, request, rows, service, done=done)

    def confirmed(
        self,
        request: HttpRequest,
        rows: QuerySet[_Row],
        service: Callable[[_Row], Any],
        *,
        action: str,
        question: StrOrPromise,
        done: StrOrPromise,
        form: forms.Form | None = None,
    ) -> HttpResponse | None:
        """Return the page that lists the rows and asks; once it was confirmed, call the service for each.

        ``form`` is what has to be filled in besides: made by ``entered``, and valid when the service is called.
        """
        page = acting.ask(self, request, rows, action=action, question=question, form=form)
        if page is None and "confirmed" in request.POST:
            self.call_for_each(request, rows, service, done=done)
        return page

    @staticmethod
    def entered(request: HttpRequest, form: type[_Form], **initial: Any) -> _Form:
        """Return a form of a confirmation page, with what was entered once it was sent."""
        return form(request.POST if "confirmed" in request.POST else None, initial=initial)


class ReadOnlyAdmin(OneTopAdmin[_Row]):
    """Shows what the platform wrote down for itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: only services write these rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        """Return False: only services write these rows."""
        return False
