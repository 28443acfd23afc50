"""Tables are alike: named by us, pointing downwards, and without behaviour behind the services' back."""

from __future__ import annotations

import pytest
from django.db import models

from apps.core.models import SoftDeletable
from onetop_backend.tests.house.exceptions import OTHER_TIME_NAMES
from onetop_backend.tests.house.inventory import APPS, MODELS


class TestTables:
    @pytest.mark.parametrize("model", MODELS)
    def test_are_named_by_us(self, model):
        assert model._meta.original_attrs.get("db_table", "").startswith(
            f"{model._meta.app_label}_"
        )

    @pytest.mark.parametrize("model", MODELS)
    def test_do_nothing_behind_the_services_back(self, model):
        ours = [cls for cls in model.__mro__ if cls.__module__.startswith("apps.")]

        overridden = {"save", "delete", "clean", "full_clean", "refresh_from_db", "__init__"}
        assert [cls for cls in ours if overridden & set(vars(cls))] == []

    @pytest.mark.parametrize("model", MODELS)
    def test_have_no_order_of_their_own(self, model):
        assert list(model._meta.ordering) == []

    @pytest.mark.parametrize("model", MODELS)
    def test_hide_no_rows(self, model):
        assert not model._default_manager.get_queryset().query.where
        if issubclass(model, SoftDeletable):
            assert hasattr(model._default_manager.get_queryset(), "alive")

    def test_name_moments_and_days(self):
        unusual = {
            f"{model._meta.label}.{field.name}"
            for model in MODELS
            for field in model._meta.local_concrete_fields
            if (isinstance(field, models.DateTimeField) and not field.name.endswith("_at"))
            or (type(field) is models.DateField and not field.name.endswith("_on"))
        }

        assert unusual == set(OTHER_TIME_NAMES)

    @pytest.mark.parametrize("model", MODELS)
    def test_point_downwards_and_leave_no_way_back(self, model):
        app = model._meta.app_label
        across = [
            field
            for field in model._meta.local_concrete_fields
            if field.is_relation and field.related_model._meta.app_label != app
        ]

        assert [
            field.name
            for field in across
            if field.related_model._meta.app_label in APPS
            and APPS.index(field.related_model._meta.app_label) < APPS.index(app)
        ] == []
        assert [field.name for field in across if not field.remote_field.hidden] == []

    @pytest.mark.parametrize("model", MODELS)
    def test_of_core_know_no_person(self, model):
        if model._meta.app_label == "core":
            assert {
                field.related_model._meta.app_label
                for field in model._meta.local_fields
                if field.is_relation
            } <= {"core"}

    @pytest.mark.parametrize("model", MODELS)
    def test_name_constraints_and_indexes_after_themselves(self, model):
        table = model._meta.db_table
        named = [*model._meta.constraints, *model._meta.indexes]

        assert [
            each.name
            for each in named
            if not each.name.startswith((f"{table}_", f"{model._meta.app_label}_"))
        ] == []

    @pytest.mark.parametrize("model", MODELS)
    def test_name_what_must_be_unique(self, model):
        assert [
            field.name
            for field in model._meta.local_concrete_fields
            if field.unique and not field.primary_key and not field.one_to_one
        ] == []
