"""The documents are valid, complete and silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from openapi_spec_validator import OpenAPIV31SpecValidator

from onetop_backend.tests.house.matrix import MATRIX
from onetop_backend.tests.house.routes import METHODS, api_routes

API = "/api/v1/"


@pytest.fixture(scope="module")
def generated() -> tuple[dict[str, Any], list[str]]:
    """The document as a client gets it, and what the generator complained of."""
    GENERATOR_STATS.reset()
    answer = Client().get("/api/schema/", {"format": "json"})
    assert answer.status_code == 200
    complaints = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    return orjson.loads(answer.content), complaints


@pytest.fixture
def document(generated) -> dict[str, Any]:
    return generated[0]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method.upper() in METHODS:
                yield path, method, operation


def problems(operation: dict[str, Any]) -> set[str]:
    return {
        status
        for status, answer in operation["responses"].items()
        if "application/problem+json" in answer.get("content", {})
    }


def test_the_generator_complains_of_nothing(generated):
    assert generated[1] == []


def test_the_document_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_route_is_documented(document):
    served = {
        str(route)
        for route in api_routes()
        if route.path.startswith(API) and not route.path.startswith(f"{API}identity/")
    }
    described = {f"{method.upper()} {path}" for path, method, _ in operations(document)}

    assert described == served


def test_every_operation_has_an_id_of_its_own(document):
    ids = Counter(operation.get("operationId") for _, _, operation in operations(document))

    assert {name: count for name, count in ids.items() if not name or count > 1} == {}


def test_every_operation_says_what_it_does_in_a_line_and_at_length(document):
    bare = {}
    for path, method, operation in operations(document):
        summary, description = operation.get("summary", ""), operation.get("description", "")
        if not summary or description.strip(". ") in {"", summary.strip(". ")}:
            bare[f"{method.upper()} {path}"] = (summary, description)

    assert bare == {}


def test_every_operation_stands_in_one_group_that_is_explained(document):
    groups = {group["name"]: group["description"] for group in document["tags"]}
    used = {tuple(operation["tags"]) for _, _, operation in operations(document)}

    assert used == {(name,) for name in groups}
    assert all(groups.values())
    assert list(groups)[:3] == ["auth", "jobs", "applications"]
    assert list(groups)[-1] == "older-addresses"


def test_a_stranger_finds_what_every_operation_has_in_common(document):
    info = document["info"]

    assert info["license"] == {"name": "MIT", "identifier": "MIT"}
    assert info["contact"]["name"] == "OneTop"
    assert document["servers"][0]["url"] == "/"
    for word in (
        "Authorization: Bearer", "X-CSRFToken", "page_size", "If-Match", "Idempotency-Key",
        "Retry-After", "If-None-Match", "Accept-Language", "request_id", "ws-ticket", "docs.allauth.org",
    ):  # fmt: skip
        assert word in info["description"], word
    schemes = document["components"]["securitySchemes"]
    assert {name for name, scheme in schemes.items() if scheme["description"]} == {
        "bearer",
        "cookie",
    }


def test_the_prose_is_english_whoever_reads_it():
    texts = {
        Client().get("/api/schema/", {"format": "json"}, HTTP_ACCEPT_LANGUAGE=language).content
        for language in ("en", "vi")
    }

    assert len(texts) == 1


def test_every_operation_documents_what_it_answers(document):
    silent = {}
    for path, method, operation in operations(document):
        answers = operation["responses"]
        missing = set() if any(status < "4" for status in answers) else {"success"}
        security = operation.get("security", [])
        expected = {
            status
            for status, is_due in {
                "400": "requestBody" in operation,
                "401": security and {} not in security,
                "404": "{" in path,
            }.items()
            if is_due
        }
        missing |= expected - problems(operation)
        if missing:
            silent[f"{method.upper()} {path}"] = sorted(missing)

    assert silent == {}


def test_every_refusal_is_a_problem(document):
    other = [
        f"{method.upper()} {path} {status}"
        for path, method, operation in operations(document)
        for status in operation["responses"]
        if status >= "4" and status not in problems(operation)
    ]

    assert other == []


def test_every_parameter_is_described(document):
    bare = [
        f"{method.upper()} {path} {parameter['name']}"
        for path, method, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if "schema" not in parameter or not parameter.get("description")
    ]

    assert bare == []


def test_who_must_sign_in_is_documented_as_it_is(document):
    """A password or a mailed link is sent without being signed in; signing out works either way."""
    open_to_all = {
        f"{method.upper()} {path}"
        for path, method, operation in operations(document)
        if {} in operation.get("security", [{}])
    }
    tried = {route for route, line in MATRIX.items() if "anonymous" in line.may}

    # The matrix tries a draft, which the public does not see.
    assert open_to_all - tried == {f"POST {API}auth/logout/", f"GET {API}jobs/{{ref}}/"}
    assert {
        route for route in tried if route.startswith(API) and "identity" not in route
    } <= open_to_all


def test_shapes_have_names_and_types_that_a_client_can_use(document):
    schemas = document["components"]["schemas"]
    odd = [name for name in schemas if name.endswith("Enum") or not name.isalnum()]
    untyped = [
        f"{name}.{member}"
        for name, schema in schemas.items()
        for member, described in schema.get("properties", {}).items()
        if not {"type", "$ref", "allOf", "oneOf"} & described.keys() or "readOnly" in described
    ]

    assert (odd, untyped) == ([], [])


def test_answers_lack_members_only_where_they_may(document):
    schemas = document["components"]["schemas"]
    optional = {
        f"{name}.{member}"
        for name, schema in schemas.items()
        for member in schema.get("properties", {})
        if not name.endswith("Request") and member not in schema["required"]
    }

    # Only refused input has errors, and only the company reads its own reasons.
    assert optional == {"Problem.errors", "TimelineStep.reason"}


SELF_EVIDENT = {
    "address", "at", "benefits", "code", "created_at", "description", "detail", "email", "full_name", "id",
    "joined_at", "method", "mean_ms", "ms", "name", "new", "old_password", "password", "requests",
    "requirements", "route", "slug", "status", "title", "updated_at", "user_id", "website", "cover_letter",
    "applied_at", "deadline", "is_negotiable", "company_id", "job_type",
    "job_types", "job_statuses", "application_statuses", "member_roles", "languages",
}  # fmt: skip
"""Members of these names need no sentence where they are a plain value."""


def test_members_that_leave_a_question_are_explained(document):
    silent = [
        f"{name}.{member}"
        for name, schema in document["components"]["schemas"].items()
        for member, described in schema.get("properties", {}).items()
        if not described.get("description")
        and "$ref" not in described
        and member not in SELF_EVIDENT
    ]

    assert silent == []


def headers_of(document: dict[str, Any], name: str) -> set[str]:
    return {
        f"{method.upper()} {path.removeprefix(API)}"
        for path, method, operation in operations(document)
        if any(
            (parameter["in"], parameter["name"]) == ("header", name)
            for parameter in operation.get("parameters", [])
        )
    }


def test_keys_are_documented_where_they_are_honoured(document):
    honoured = headers_of(document, "Idempotency-Key")

    assert honoured == {
        "POST applications/",
        "POST applications/applications/",
        "POST jobs/",
        "POST jobs/{job_id}/publish/",
        "POST payments/create_payment/",
        "POST payments/transactions/create_payment/",
    }
    for route in honoured:
        method, path = route.split()
        assert {"400", "409", "422"} <= problems(document["paths"][API + path][method.lower()])


def test_versions_are_taken_wherever_a_stale_one_is_refused(document):
    refusing = {
        f"{method.upper()} {path.removeprefix(API)}"
        for path, method, operation in operations(document)
        if "412" in problems(operation)
    }

    assert headers_of(document, "If-Match") == refusing
    assert {"PATCH jobs/{ref}/", "DELETE companies/{ref}/"} <= refusing
    assert "POST applications/{id}/withdraw/" in refusing
