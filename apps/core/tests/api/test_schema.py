from __future__ import annotations

import json

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from openapi_spec_validator import validate

PROBLEM = "#/components/schemas/Problem"


@pytest.fixture
def document(client):
    """Give the API's document, made without a warning."""
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        response = client.get("/api/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json")
    assert response.status_code == 200
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    return json.loads(response.content)


def operation(document, method, path):
    return document["paths"][f"/api/v1/{path}"][method]


def problems(described):
    return {
        status: answer["content"]["application/problem+json"]["schema"]["allOf"][0]["$ref"]
        for status, answer in described["responses"].items()
        if "application/problem+json" in answer.get("content", {})
    }


class TestDocument:
    def test_is_valid_openapi_3_1(self, document):
        assert document["openapi"] == "3.1.0"
        validate(document)

    def test_operations_are_named_by_path_and_verb(self, document):
        names = {
            (method, path.removeprefix("/api/v1/")): described["operationId"]
            for path, methods in document["paths"].items()
            for method, described in methods.items()
        }
        assert names == {
            ("get", "refuse/{kind}/"): "refusals",
            ("post", "refuse/{kind}/"): "refuse",
            ("get", "lamps/"): "lamps_list",
            ("post", "lamps/"): "lamps_create",
            ("get", "lamps/{id}/"): "lamps_retrieve",
            ("post", "lamps/{id}/light/"): "lamps_light",
            ("get", "shades/"): "shades_list",
            ("get", "echo/"): "echo_get",
            ("post", "echo/"): "echo",
            ("delete", "echo/"): "echo_delete",
            ("post", "upload/"): "upload",
            ("get", "touch/"): "touch_get",
            ("post", "touch/"): "touch",
            ("put", "touch/"): "touch_put",
            ("patch", "touch/"): "touch_patch",
        }

    def test_every_operation_names_its_problems(self, document):
        # A page behind the last one is not there.
        assert problems(operation(document, "get", "lamps/")) == dict.fromkeys(
            ("400", "401", "404"), PROBLEM
        )
        assert problems(operation(document, "post", "lamps/")) == {"400": PROBLEM, "401": PROBLEM}
        assert set(problems(operation(document, "get", "lamps/{id}/"))) == {"401", "404"}
        assert set(problems(operation(document, "post", "lamps/{id}/light/"))) == {
            "401",
            "404",
            "409",
        }
        assert set(problems(operation(document, "post", "upload/"))) == {"400", "401", "413", "415"}
        assert set(problems(operation(document, "get", "shades/"))) == {"400", "404"}

    def test_problems_of_one_status_are_told_apart_by_code(self, document):
        light = operation(document, "post", "lamps/{id}/light/")["responses"]
        assert light["404"]["description"] == (
            "- `not_found`: Not found\n- `lamp_not_found`: Lamp not found"
        )
        assert light["409"]["description"] == "- `lamp_stuck`: The lamp is stuck"
        content = light["404"]["content"]["application/problem+json"]
        assert content["schema"]["allOf"][1]["properties"]["code"] == {
            "type": "string",
            "enum": ["not_found", "lamp_not_found"],
        }
        assert content["examples"] == {
            code: {"$ref": f"#/components/examples/problem.{code}"}
            for code in ("not_found", "lamp_not_found")
        }

    def test_a_problem_tells_what_it_carries_besides(self, document):
        stuck = operation(document, "post", "lamps/{id}/light/")["responses"]["409"]
        described = stuck["content"]["application/problem+json"]["schema"]["allOf"][1]
        example = document["components"]["examples"]["problem.lamp_stuck"]
        assert described["properties"]["allowed"] == {"type": "array", "items": {"type": "string"}}
        assert described["required"] == ["code"]
        assert example["summary"] == "The lamp is stuck"
        assert example["value"]["allowed"] == ["ON"]
        assert example["value"]["code"] == "lamp_stuck"

    def test_refused_input_is_shown_at_a_field_of_the_operation(self, document):
        answer = operation(document, "post", "lamps/")["responses"]["400"]
        content = answer["content"]["application/problem+json"]
        shown = content["examples"]["invalid_input"]["value"]
        assert shown["errors"] == [
            {"pointer": "name", "code": "required", "detail": "This field is required."}
        ]
        assert content["examples"].keys() == {"invalid_input", "parse_error"}

    def test_a_problem_is_described_as_it_is_sent(self, client, document):
        sent = client.get("/api/v1/refuse/one-field/").json()
        described = document["components"]["schemas"]["Problem"]
        assert set(described["required"]) <= sent.keys()
        assert set(described["properties"]) <= sent.keys()

    def test_lists_show_filters_and_pages(self, document):
        parameters = {
            parameter["name"]: parameter
            for parameter in operation(document, "get", "lamps/")["parameters"]
        }
        assert set(parameters) == {
            "place",
            "watts_min",
            "lit",
            "ordering",
            "page",
            "page_size",
            "limit",
            "offset",
        }
        assert not any(parameter.get("required") for parameter in parameters.values())
        assert parameters["place"]["schema"]["type"] == "array"
        assert parameters["watts_min"]["description"] == "At least so bright."
        assert parameters["page_size"]["schema"]["maximum"] == 100
        assert "parameters" not in operation(document, "post", "lamps/")

    def test_operations_are_summed_up_by_their_docstrings(self, document):
        assert operation(document, "get", "lamps/{id}/")["summary"] == "Show a lamp"

    def test_lists_answer_with_the_envelope(self, document):
        answer = operation(document, "get", "lamps/")["responses"]["200"]
        name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        envelope = document["components"]["schemas"][name]
        assert set(envelope["required"]) == {"count", "next", "previous", "results"}
