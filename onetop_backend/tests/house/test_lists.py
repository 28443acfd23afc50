"""A list of fifty costs as many queries as a list of two, over HTTP and in the admin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from onetop_backend.tests.house import growth
from onetop_backend.tests.house.test_openapi import document, generated, operations
from onetop_backend.tests.house.world import World

__all__ = ["document", "generated"]

FEW, MANY, MANY_IN_ADMIN = 2, 50, 20


@dataclass(frozen=True)
class Listing:
    """A list as one persona sees it, and what makes it longer."""

    path: str
    persona: str
    grow: growth.Growth
    query: dict[str, Any]
    rows: Callable[[Any], list[Any]]


def paged(path: str, persona: str, grow: growth.Growth, **query: str) -> Listing:
    return Listing(path, persona, grow, {"page_size": 100, **query}, lambda body: body["results"])


def whole(path: str, persona: str, grow: growth.Growth) -> Listing:
    return Listing(path, persona, grow, {}, lambda body: body)


LISTS = [
    whole("auth/sessions/", "candidate", growth.more_sessions),
    whole("places/", "anonymous", growth.more_places),
    paged("companies/", "anonymous", growth.more_companies),
    paged("companies/", "recruiter", growth.more_companies),
    paged("companies/{company_id}/members/", "recruiter", growth.more_members),
    paged("payments/credits/", "recruiter", growth.more_credits),
    paged("payments/packages/", "anonymous", growth.more_packages),
    paged("payments/transactions/", "recruiter", growth.more_payments),
    paged("jobs/", "anonymous", growth.more_postings),
    paged("jobs/", "recruiter", growth.more_postings, mine="true"),
    paged("jobs/", "candidate", growth.more_postings, search="ky su cau duong"),
    paged("jobs/search/", "anonymous", growth.more_postings, q="kỹ sư cầu đường"),
    paged("applications/", "candidate", growth.more_applications_made),
    paged("applications/", "recruiter", growth.more_applications_received),
    paged("applications/applications/", "recruiter", growth.more_applications_received),
    whole("applications/{id}/timeline/", "candidate", growth.more_steps),
    whole("applications/applications/{id}/timeline/", "recruiter", growth.more_steps),
    paged("operations/", "recruiter", growth.more_operations),
    paged("notifications/", "candidate", growth.more_notifications),
]


def name(listing: Listing) -> str:
    return f"{listing.path} as {listing.persona}"


def cost(load: Callable[[], Any]) -> tuple[Any, list[str]]:
    with CaptureQueriesContext(connection) as captured:
        answer = load()
    return answer, [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("listing", LISTS, ids=name)
def test_a_list_costs_the_same_however_long(world, listing):
    path = "/api/v1/" + listing.path.format(company_id=world.company.id, id=world.application.id)
    client = world.clients[listing.persona]
    seen, queries = [], []

    for size in (FEW, MANY - FEW):
        listing.grow(world, size)
        answer, asked = cost(lambda: client.get(path, listing.query))
        assert answer.status_code == 200
        seen.append(len(listing.rows(answer.json())))
        queries.append(asked)

    assert seen[1] - seen[0] >= MANY - FEW
    assert len(queries[0]) == len(queries[1]), "\n".join(queries[1])


def test_every_list_is_measured(document):
    lists = {
        path.removeprefix("/api/v1/")
        for path, method, operation in operations(document)
        if method == "get" and is_list(document, operation)
    }

    assert lists == {listing.path for listing in LISTS}


def is_list(document: dict[str, Any], operation: dict[str, Any]) -> bool:
    content = operation["responses"].get("200", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema.get("type") == "array" or "results" in schema.get("properties", {})


ADMINS = {
    model._meta.label: model_admin
    for model, model_admin in admin.site._registry.items()
    if model.__module__.startswith("apps.")
}


@pytest.mark.parametrize("label", sorted(ADMINS))
class TestAdmin:
    @pytest.fixture
    def staff_client(self, world: World, client: Client) -> Client:
        client.force_login(world.people["staff"])
        return client

    def url(self, label: str, page: str, *args: Any) -> str:
        return reverse(f"admin:{label.lower().replace('.', '_')}_{page}", args=args)

    def test_lists_as_cheaply_however_long_searches_and_shows(self, world, staff_client, label):
        queries = []

        for size in (FEW, MANY_IN_ADMIN - FEW):
            growth.ROWS[label](world, size)
            answer, asked = cost(lambda: staff_client.get(self.url(label, "changelist")))
            assert answer.status_code == 200
            assert len(answer.context["cl"].result_list) >= size
            queries.append(asked)
        found = staff_client.get(self.url(label, "changelist"), {"q": "cong"})
        row = ADMINS[label].model._default_manager.first()
        shown = staff_client.get(self.url(label, "change", row.pk))

        assert len(queries[0]) == len(queries[1]), "\n".join(queries[1])
        assert found.status_code == 200
        assert ADMINS[label].get_search_fields(found.wsgi_request)
        assert shown.status_code == 200

    def test_states_what_it_joins(self, label):
        assert "list_select_related" in {
            attribute
            for cls in type(ADMINS[label]).__mro__
            if cls.__module__.startswith("apps.") and cls.__name__ != "OneTopAdmin"
            for attribute in vars(cls)
        }
