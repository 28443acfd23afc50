from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from apps.core.api.pages import V1Pagination
from apps.core.models import StoredFile

TOTAL = 45


@pytest.fixture
def lamps(signed_in):
    """Give a list of 45."""
    return lambda **query: signed_in.get("/api/v1/lamps/", query)


def ids(response):
    return [lamp["id"] for lamp in response.json()["results"]]


def asked(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


class TestPages:
    def test_twenty_are_the_default(self, lamps):
        body = lamps().json()
        assert list(body) == ["count", "next", "previous", "results"]
        assert body["count"] == TOTAL
        assert ids(lamps()) == list(range(20))

    def test_links_are_absolute_and_lead_on_and_back(self, lamps):
        first, second, third = lamps(), lamps(page=2), lamps(page=3)
        assert first.json()["next"] == "http://testserver/api/v1/lamps/?page=2"
        assert first.json()["previous"] is None
        assert second.json()["next"] == "http://testserver/api/v1/lamps/?page=3"
        assert second.json()["previous"] == "http://testserver/api/v1/lamps/"
        assert third.json()["next"] is None
        assert third.json()["previous"] == "http://testserver/api/v1/lamps/?page=2"
        assert ids(third) == list(range(40, 45))

    def test_links_keep_the_filters(self, lamps):
        link = lamps(page=2, page_size=10, place="Huế").json()["next"]
        assert asked(link) == {"page": "3", "page_size": "10", "place": "Huế"}

    def test_a_page_may_have_a_hundred(self, lamps):
        assert len(ids(lamps(page_size=100))) == TOTAL
        assert lamps(page_size=100).json()["next"] is None

    def test_a_full_last_page_has_no_next(self, lamps):
        assert lamps(page=3, page_size=15).json()["next"] is None

    def test_behind_the_last_page_is_nothing(self, lamps):
        response = lamps(page=4)
        assert (response.status_code, response.json()["code"]) == (404, "not_found")

    def test_an_empty_list_has_a_first_page(self, client):
        assert client.get("/api/v1/shades/").json() == {
            "count": 0,
            "next": None,
            "previous": None,
            "results": [],
        }


class TestOffsets:
    def test_limit_and_offset(self, lamps):
        response = lamps(limit=10, offset=5)
        assert ids(response) == list(range(5, 15))
        assert asked(response.json()["next"]) == {"limit": "10", "offset": "15"}
        assert asked(response.json()["previous"]) == {"limit": "10"}

    def test_each_alone(self, lamps):
        assert ids(lamps(limit=3)) == [0, 1, 2]
        assert ids(lamps(offset=40)) == [40, 41, 42, 43, 44]
        assert lamps(limit=3).json()["previous"] is None

    def test_behind_the_end_is_an_empty_page(self, lamps):
        body = lamps(offset=1_000_000_000).json()
        assert (body["count"], body["results"], body["next"]) == (TOTAL, [], None)

    def test_following_the_links_shows_every_row_once(self, lamps, signed_in):
        response, seen = lamps(limit=7), []
        while True:
            seen += ids(response)
            if not (link := response.json()["next"]):
                break
            response = signed_in.get(link)
        assert seen == list(range(TOTAL))


class TestRefusals:
    @pytest.mark.parametrize(
        "query",
        [
            {"page": "0"},
            {"page": "-1"},
            {"page": "x"},
            {"page": "last"},
            {"page": "1.0"},
            {"page": "１"},
            {"page": "1_0"},
            {"page": "9" * 30},
            {"page": "9999999999"},
            {"page_size": "0"},
            {"page_size": "101"},
            {"limit": "0"},
            {"limit": "101"},
            {"offset": "-1"},
            {"offset": "9" * 20},
        ],
    )
    def test_what_is_no_number_in_range_is_refused_at_its_name(self, lamps, query):
        response = lamps(**query)
        assert response.status_code == 400
        assert [(e["pointer"], e["code"]) for e in response.json()["errors"]] == [
            (next(iter(query)), "out_of_range")
        ]

    def test_the_range_is_told(self, lamps):
        assert lamps(page_size=101).json()["detail"] == "Give a whole number from 1 to 100."

    @pytest.mark.parametrize("query", [{"page": 1, "offset": 1}, {"page_size": 5, "limit": 5}])
    def test_both_ways_at_once_are_refused(self, lamps, query):
        response = lamps(**query)
        assert (response.status_code, response.json()["errors"][0]["code"]) == (400, "mixed")

    def test_blank_means_not_given(self, lamps):
        assert ids(lamps(page="", page_size="")) == list(range(20))


@pytest.mark.django_db
class TestQueries:
    @pytest.fixture(autouse=True)
    def _files(self):
        StoredFile.objects.bulk_create(
            StoredFile(folder="a", path=f"a/{n}", original_name=f"{n:02}", content_type="x", size=1)
            for n in range(25)
        )

    def page(self, **query):
        pages = V1Pagination()
        request = Request(APIRequestFactory().get("/api/v1/files/", query))
        return pages.paginate_queryset(StoredFile.objects.order_by("original_name"), request)

    def test_a_page_costs_a_count_and_a_slice(self):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            rows = self.page(page=2)
        assert [row.original_name for row in rows] == ["20", "21", "22", "23", "24"]
        assert len(queries) == 2
        assert "LIMIT 20 OFFSET 20" in queries[1]["sql"]

    def test_an_empty_page_costs_the_count_only(self):
        with CaptureQueriesContext(connection) as queries:
            assert self.page(offset=25) == []
        assert len(queries) == 1
