"""Filters of lists that are named questions, which the dashboard asks as well."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias
from uuid import UUID

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import Regex
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


def finds(text: str, *, plain: Sequence[str], folded: Sequence[str]) -> Q:
    """Return the condition that every word of a text stands in one of the columns, or is the row's key.

    In ``folded`` columns accents do not matter. A pattern with the spellings of each letter is asked for, because
    PostgreSQL takes the accents off 100,000 names four times as slowly as it compares them with one.
    """
    found = Q()
    for word in text.split():
        somewhere = Q()
        for column in plain:
            somewhere |= Q(**{f"{column}__icontains": word})
        if parts := fold(word).split():
            for column in folded:
                somewhere |= Q(*(Regex(Lower(F(column)), _spellings(part)) for part in parts))
        with contextlib.suppress(ValueError):
            somewhere |= Q(pk=UUID(word))
        found &= somewhere
    return found


def _spellings(plain: str) -> str:
    return "".join(f"[{re.escape(letter)}{_SPELLINGS.get(letter, '')}]" for letter in plain)


_SPELLINGS = {
    plain: "".join(letter for letter in _ACCENTED if fold(letter) == plain) for plain in "aeiouyd"
}
