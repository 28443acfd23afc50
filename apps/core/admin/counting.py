"""Counting the rows of a list no further than anybody turns its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator


class CappedPaginator(_Paginator):
    """Pages of a list that may be too long to be counted."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        """Return the number of rows, or the most that are counted."""
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by().values("pk")[: self.MOST].count()

    @property
    def is_capped(self) -> bool:
        """Tell whether there may be rows that were not counted."""
        return self.count == self.MOST
