from __future__ import annotations

import ast
import unicodedata

import pytest


@pytest.fixture
def filters(signed_in):
    """Give what a list made of a query."""

    def read(query=""):
        response = signed_in.get(f"/api/v1/lamps/?{query}")
        assert response.status_code == 200, response.content
        return ast.literal_eval(response["X-Filters"])

    return read


@pytest.fixture
def refused(signed_in):
    """Give the pointers and codes that a query is refused for."""

    def read(query):
        response = signed_in.get(f"/api/v1/lamps/?{query}")
        assert response.status_code == 400, response.content
        return [(error["pointer"], error["code"]) for error in response.json()["errors"]]

    return read


class TestFilters:
    def test_all_are_optional_and_defaults_apply(self, filters):
        assert filters() == {"ordering": "name"}

    def test_values_are_read_as_declared(self, filters):
        assert filters("watts_min=5&lit=false&ordering=-name&place=x") == {
            "watts_min": 5,
            "lit": False,
            "ordering": "-name",
            "place": ["x"],
        }

    def test_repeating_means_or(self, filters):
        assert filters("place=a&place=b")["place"] == ["a", "b"]

    def test_blank_means_not_given(self, filters):
        assert filters("watts_min=&place=&place=%20&lit=") == {"ordering": "name"}

    def test_texts_arrive_composed(self, filters):
        apart = unicodedata.normalize("NFD", "Huế")
        assert filters(f"place={apart}")["place"] == ["Huế"]

    def test_pages_stand_beside_them(self, filters):
        assert filters("page=1&page_size=5") == {"ordering": "name"}


class TestRefusals:
    def test_unknown_ones_are_refused_each_at_its_name(self, refused):
        assert refused("colour=red&size=1&place=a") == [
            ("colour", "unknown_filter"),
            ("size", "unknown_filter"),
        ]

    def test_a_name_is_not_matched_loosely(self, refused):
        assert refused("Place=a") == [("Place", "unknown_filter")]
        assert refused("place%5B%5D=a") == [("place[]", "unknown_filter")]

    def test_single_ones_are_not_repeated(self, refused):
        assert refused("watts_min=1&watts_min=2&lit=true&lit=true") == [
            ("watts_min", "repeated"),
            ("lit", "repeated"),
        ]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("watts_min=x", [("watts_min", "invalid")]),
            ("watts_min=-1", [("watts_min", "min_value")]),
            ("lit=perhaps", [("lit", "invalid")]),
            ("ordering=watts", [("ordering", "invalid_choice")]),
            ("place=" + "x" * 11, [("place/0", "max_length")]),
            ("place=%00", [("place/0", "null_characters_not_allowed")]),
        ],
    )
    def test_values_are_validated(self, refused, query, expected):
        assert refused(query) == expected

    def test_too_many_values_are_refused(self, refused):
        assert refused("&".join(["place=a"] * 51)) == [("place", "max_length")]

    def test_a_list_without_filters_takes_pages_only(self, client):
        response = client.get("/api/v1/shades/?search=x")
        assert response.status_code == 400
        assert response.json()["errors"] == [
            {
                "pointer": "search",
                "code": "unknown_filter",
                "detail": "There is no such filter here.",
            }
        ]
        assert response.json()["search"] == ["There is no such filter here."]
