"""Reads whose SQL is kept."""

from __future__ import annotations

import pytest
from django.db.models import CharField, JSONField
from django.utils import timezone

from apps.core.compiled import Compiled, Given
from apps.core.models import Mail, Work

pytestmark = pytest.mark.django_db


def test_each_reading_gives_its_own_value(queries):
    for key in ("a", "b", "b%s"):
        Work.objects.create(task="apps.nobody", key=key, due_at=timezone.now(), max_attempts=1)
    wanted = Given("key", CharField())
    keys = Compiled(Work.objects.filter(key=wanted).order_by("id").values_list("key"), tuple)

    with queries(7):
        assert keys.read(key="a").all() == [("a",)]
        assert keys.read(key="b%s").all() == [("b%s",)]
        assert keys.read(key="b' OR ''='").all() == []
        assert keys.read(key="b").count() == 1
        assert keys.read(key="b")[1:5] == []
        assert keys.read(key="a").first() == ("a",)
        assert keys.read(key="c").first() is None


def test_a_value_that_is_not_given_is_an_error():
    wanted = Given("key", CharField())
    keys = Compiled(Work.objects.filter(key=wanted).values_list("key"), tuple)

    with pytest.raises(KeyError):
        keys.read(other="a").all()


def test_a_query_without_rows_asks_nothing(queries):
    nothing = Compiled(Mail.objects.none().values_list("id"), tuple).read()

    with queries(0):
        assert (nothing.all(), nothing[0:5], nothing.first(), nothing.count()) == ([], [], None, 0)


def test_a_column_that_django_converts_is_refused():
    assert any(isinstance(field, JSONField) for field in Work._meta.concrete_fields)

    with pytest.raises(TypeError):
        Compiled(
            Work.objects.values_list(*(field.name for field in Work._meta.concrete_fields)), tuple
        )
