from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey
from django.test import RequestFactory
from django.utils import translation

from apps.core.admin import OneTopAdmin
from apps.core.errors import Conflict
from apps.core.models import StoredFile


class LampStuck(Conflict):
    code = "lamp_stuck"
    title = "The lamp is stuck"


@pytest.fixture
def page():
    return OneTopAdmin[StoredFile](StoredFile, admin.AdminSite())


@pytest.fixture
def request_():
    request: Any = RequestFactory().get("/")
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def said(request):
    return [(message.level_tag, str(message)) for message in get_messages(request)]


class TestFields:
    def test_what_the_platform_keeps_is_read_only(self, page, request_):
        assert page.get_readonly_fields(request_) == ["id", "created_at", "updated_at"]

    def test_what_the_page_declares_comes_first_and_once(self, request_):
        class Page(OneTopAdmin[StoredFile]):
            readonly_fields = ("path", "created_at")

        page = Page(StoredFile, admin.AdminSite())
        assert page.get_readonly_fields(request_) == ["path", "created_at", "id", "updated_at"]


class TestDeleting:
    def test_is_for_nobody(self, page, request_):
        assert not page.has_delete_permission(request_)
        assert not page.has_delete_permission(request_, StoredFile())


class TestCallForEach:
    def test_counts_what_the_service_did(self, page, request_):
        called: list[int] = []
        page.call_for_each(request_, [1, 2], called.append, done="%(count)d lit")
        assert called == [1, 2]
        assert said(request_) == [("success", "2 lit")]

    def test_tells_refusals_and_goes_on(self, page, request_):
        def service(row):
            if row != 3:
                raise LampStuck("It hangs." if row == 2 else None)

        page.call_for_each(request_, [1, 2, 3], service, done="%(count)d lit")
        assert said(request_) == [
            ("error", "1: The lamp is stuck"),
            ("error", "2: It hangs."),
            ("success", "1 lit"),
        ]

    def test_says_nothing_of_success_where_there_was_none(self, page, request_):
        def service(row):
            raise LampStuck

        page.call_for_each(request_, ["a"], service, done="%(count)d lit")
        assert said(request_) == [("error", "a: The lamp is stuck")]

    def test_many_refusals_are_not_told_one_by_one(self, page, request_):
        def service(row):
            raise LampStuck

        with translation.override("en"):
            page.call_for_each(request_, range(23), service, done="x")
        told = [text for _, text in said(request_)]
        assert told[:20] == [f"{number}: The lamp is stuck" for number in range(20)]
        assert told[20:] == ["Refused besides these: 3"]

    def test_a_defect_stays_one(self, page, request_):
        with pytest.raises(ZeroDivisionError):
            page.call_for_each(request_, [1], lambda row: 1 // 0, done="x")


class TestEveryPage:
    def pages(self):
        return [
            (model, page)
            for model, page in admin.site._registry.items()
            if model.__module__.startswith("apps.")
        ]

    def test_has_the_common_base(self):
        assert [model for model, page in self.pages() if not isinstance(page, OneTopAdmin)] == []

    def test_states_the_joins_of_its_list(self):
        unstated = []
        for model, page in self.pages():
            shown = [name for name in page.list_display if self.is_relation(model, name)]
            joined = page.list_select_related
            if shown and joined is not True and not set(shown) <= set(joined or ()):
                unstated.append((model.__name__, shown))
        assert unstated == []

    @staticmethod
    def is_relation(model, name):
        try:
            return isinstance(model._meta.get_field(str(name)), ForeignKey)
        except FieldDoesNotExist:
            return False
