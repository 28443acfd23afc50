"""The base of every page of the admin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest

from apps.core.errors import DomainError
from apps.core.models import Mail, Work
from apps.core.wording import worded

_Row = TypeVar("_Row", bound=Model)

if TYPE_CHECKING:
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

    list_select_related: ClassVar[bool | list[str] | tuple[str, ...]] = ()
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: _Row | None = None) -> list[str]:
        """Return what the page declares and what the platform itself keeps."""
        own = {field.name for field in self.model._meta.get_fields()}
        declared = [str(name) for name in super().get_readonly_fields(request, obj)]
        kept = [name for name in _KEPT_BY_THE_PLATFORM if name in own and name not in declared]
        return [*declared, *kept]

    def has_delete_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        """Return False: see the class."""
        return False

    def call_for_each(
        self,
        request: HttpRequest,
        rows: Iterable[_Row],
        service: Callable[[_Row], Any],
        *,
        done: str,
    ) -> None:
        """Call a service for each selected row; say how many it did, and which it refused and why.

        ``done`` is a translated text with ``%(count)d``. A refusal of one row does not stop the others.
        """
        count = 0
        for row in rows:
            try:
                service(row)
            except DomainError as refusal:
                self.message_user(request, f"{row}: {worded(refusal.detail)}", messages.ERROR)
            else:
                count += 1
        if count:
            self.message_user(request, done % {"count": count}, messages.SUCCESS)


class _ReadOnlyAdmin(OneTopAdmin[_Row]):
    """Shows what the platform wrote down for itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: only services write these rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        """Return False: only services write these rows."""
        return False


@admin.register(Work)
class WorkAdmin(_ReadOnlyAdmin[Work]):
    """The outbox: what waits, what is being done, what was given up and why."""

    list_display = ("task", "key", "queue", "due_at", "attempts", "leased_until", "dead_at")
    list_filter = ("queue", ("dead_at", admin.EmptyFieldListFilter))
    list_select_related = ()
    search_fields = ("task", "key", "last_error")
    ordering = ("-id",)


@admin.register(Mail)
class MailAdmin(_ReadOnlyAdmin[Mail]):
    """The mails: who was sent what, and when."""

    list_display = ("subject", "to", "state", "created_at", "sent_at")
    list_filter = ("state",)
    list_select_related = ()
    search_fields = ("to", "subject", "dedupe_key")
    ordering = ("-id",)
