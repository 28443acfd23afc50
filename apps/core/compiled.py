"""Reads that are asked so often that Django writes their SQL once, and each reading only gives the values.

Writing the SQL of a list costs as much as running it and reading its rows, and it comes out the same every time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Expression, Field, QuerySet

_Row = TypeVar("_Row")


class Given(Expression):
    """A value in a query that each reading gives, under a name.

    >>> Job.objects.filter(expires_at__gt=Given("now", DateTimeField()))
    """

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, Any]:
        """Return a place for the value, which ``Reading`` fills."""
        return "%s", (self,)


@dataclass(frozen=True, slots=True)
class _Sql:
    text: str
    values: Sequence[Any]

    def filled(self, given: Mapping[str, object]) -> list[Any]:
        return [given[value.name] if isinstance(value, Given) else value for value in self.values]


class Compiled(Generic[_Row]):
    """A ``values_list`` whose SQL is kept, and what makes a row of each of its tuples."""

    def __init__(self, queryset: QuerySet[Any, Any], make: Callable[[Sequence[Any]], _Row]) -> None:
        """Have Django write the SQL.

        :raises TypeError: a column is one that Django converts in Python, which nobody would do here
        """
        self._queryset, self.make = queryset, make
        self.using = queryset.db
        self.rows = _written(queryset)

    @cached_property
    def numbers(self) -> _Sql | None:
        """The SQL of how many rows there are: in no order, and without tables that only columns come from."""
        return _written(self._queryset.order_by().values_list("pk"))

    def read(self, **given: object) -> Reading[_Row]:
        """Return a reading with these values; it asks nothing yet."""
        return Reading(self, given)


class Reading(Generic[_Row]):
    """One reading of a query. Each call asks the database."""

    def __init__(self, compiled: Compiled[_Row], given: Mapping[str, object]) -> None:
        """Know what to read, and with which values."""
        self._compiled, self._given = compiled, given

    def __getitem__(self, part: slice) -> list[_Row]:
        """Return the rows from one number up to another."""
        return self._fetch(" LIMIT %s OFFSET %s", part.stop - part.start, part.start)

    def all(self) -> list[_Row]:
        """Return the rows."""
        return self._fetch("")

    def first(self) -> _Row | None:
        """Return the first row, or None without any."""
        return next(iter(self[0:1]), None)

    def count(self) -> int:
        """Return how many rows there are."""
        sql = self._compiled.numbers
        if sql is None:
            return 0
        text = f"SELECT COUNT(*) FROM ({sql.text}) AS counted"  # noqa: S608 - Django's own SQL
        with connections[self._compiled.using].cursor() as cursor:
            cursor.execute(text, sql.filled(self._given))
            return int(cursor.fetchone()[0])

    def _fetch(self, limits: str, *numbers: int) -> list[_Row]:
        sql = self._compiled.rows
        if sql is None:
            return []
        with connections[self._compiled.using].cursor() as cursor:
            cursor.execute(sql.text + limits, [*sql.filled(self._given), *numbers])
            return [self._compiled.make(row) for row in cursor.fetchall()]


def _written(queryset: QuerySet[Any, Any]) -> _Sql | None:
    """Return the SQL of a query; None when Django sees that it can have no rows."""
    compiler = queryset.query.get_compiler(queryset.db)
    try:
        text, values = compiler.as_sql()
    except EmptyResultSet:
        return None
    if compiler.get_converters([column for column, *_ in compiler.select]):
        raise TypeError("a column needs Django's conversion; read it with a queryset")
    return _Sql(text, tuple(values))
