"""Filters of lists that are named questions, which the dashboard asks as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from django.contrib import admin
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.text import fold

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Option: TypeAlias = tuple[StrOrPromise, Callable[[datetime], Q]]


class NamedFilter(admin.SimpleListFilter):
    """One of several conditions, each under a name that stands in the address of the list."""

    options: ClassVar[Mapping[str, Option]]
    """The condition at an instant, and what it is called, by its name."""

    @classmethod
    def where(cls, name: str, now: datetime) -> Q:
        """Return a condition by its name."""
        return cls.options[name][1](now)

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, StrOrPromise]]:
        """Return the choices."""
        return [(name, label) for name, (label, _where) in self.options.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        name = self.value()
        if name is None or name not in self.options:
            return queryset
        return queryset.filter(self.where(name, timezone.now()))


class DeletedFilter(NamedFilter):
    """Deleted rows, or those that are not."""

    title = _("deleted")
    parameter_name = "deleted"
    options = {
        "no": (_("No"), lambda _now: Q(deleted_at__isnull=True)),
        "yes": (_("Yes"), lambda _now: Q(deleted_at__isnull=False)),
    }


_ACCENTED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_PLAIN = "".join(fold(letter) for letter in _ACCENTED)


def reads_like(columns: Sequence[str], text: str) -> Q:
    """Return the condition that these columns have every word of a text, whatever its case and accents."""
    plain = [
        Func(Lower(F(column)), Value(_ACCENTED), Value(_PLAIN), function="translate")
        for column in columns
    ]
    found = Q()
    for word in fold(text).split():
        found &= Q(*(Contains(each, Value(word)) for each in plain), _connector=Q.OR)
    return found


class Contains(Func):
    """Tell whether a text has another in it."""

    function = "strpos"
    arg_joiner = ", "
    template = "%(function)s(%(expressions)s) > 0"
    output_field = BooleanField()
