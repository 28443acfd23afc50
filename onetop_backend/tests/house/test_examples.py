"""Every operation shows what it is sent and what it answers, recorded from the real thing.

``./run test onetop_backend/tests/house/test_examples.py --record`` writes what is shown anew; look at what changed.
"""

from __future__ import annotations

import json

import pytest
from django.test import Client
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from apps.applications.tests.factories import ApplicationFactory
from apps.jobs.tests.factories import JobFactory
from apps.users.tests.factories import UserFactory
from onetop_backend.api.documents import EXAMPLES
from onetop_backend.tests.house.recording import METHODS, NOW, record

BINARY = {
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
VARYING = {"metrics_get"}
"""What other tests have counted is in it; its shape is checked."""


@pytest.fixture(autouse=True)
def _clock_and_counters_stand_still(time_machine):
    time_machine.move_to(NOW, tick=False)
    for factory in (UserFactory, JobFactory, ApplicationFactory):
        factory.reset_sequence(1, force=True)


@pytest.fixture(scope="module")
def document():
    answer = Client().get("/api/schema/", {"format": "json"})
    return json.loads(answer.content)


def operations(document):
    for item in document["paths"].values():
        for method, operation in item.items():
            if method in METHODS:
                yield operation


def bodies(operation):
    """Return every body of an operation: where it stands, its media type and what is said about it."""
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield "request", media, content
    for status, answer in operation["responses"].items():
        for media, content in answer.get("content", {}).items():
            yield status, media, content


def test_they_are_what_is_really_sent_and_answered(world, document, request):
    recorded = record(document, world)
    if request.config.getoption("--record"):
        text = json.dumps(recorded, ensure_ascii=False, indent=1)
        EXAMPLES.write_text(text + "\n", encoding="utf-8")
    shown = json.loads(EXAMPLES.read_text(encoding="utf-8"))

    assert recorded["operations"] == shown["operations"]
    varying = {name for of in VARYING for name in shown["operations"][of].values()}
    for name, example in recorded["examples"].items():
        assert name in varying or example == shown["examples"][name], name
    assert recorded["examples"].keys() == shown["examples"].keys()


def test_every_body_has_one(document):
    bare = [
        f"{operation['operationId']} {place}"
        for operation in operations(document)
        for place, media, content in bodies(operation)
        if media not in BINARY and not content.get("examples")
    ]

    assert bare == []


def test_they_have_the_shape_that_is_documented(document):
    wrong = {}
    for operation in operations(document):
        for place, media, content in bodies(operation):
            if media in BINARY or media == "text/csv":
                continue
            validator = Draft202012Validator(
                {"components": document["components"], "allOf": [content["schema"]]},
                format_checker=Draft202012Validator.FORMAT_CHECKER,
            )
            for name, example in content["examples"].items():
                if "$ref" in example:
                    known = example["$ref"].rpartition("/")[2]
                    example = document["components"]["examples"][known]  # noqa: PLW2901
                for error in validator.iter_errors(example["value"]):
                    wrong[operation["operationId"], place, name] = error.message

    assert wrong == {}


def test_each_is_shown_somewhere(document):
    text = json.dumps(document["paths"])
    unused = [
        name
        for name in document["components"]["examples"]
        if f'"#/components/examples/{name}"' not in text
    ]

    assert unused == []
