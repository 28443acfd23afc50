"""The documents tell the truth: generated requests of every persona meet no 5xx and no undocumented answer.

Schemathesis makes the requests from the OpenAPI document, well-formed ones and broken ones. Ids in a path and bodies
are those of the authorisation matrix some of the time, so that requests get past "not found" and "malformed".
Each request is taken back, so that all meet the same small world.
"""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from onetop_backend.tests.house.lines import PERSONAS
from onetop_backend.tests.house.matrix import MATRIX
from onetop_backend.tests.house.world import World

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 3
"""Requests of one kind to one operation before the next operation has its turn."""


@pytest.fixture
def world(world: World) -> Iterator[World]:
    """The small world, on a connection that the end of a request leaves open, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield world
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def document() -> Any:
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())


def credentials(world: World, persona: str) -> dict[str, str]:
    session = world.sessions.get(persona)
    return {"Authorization": f"Bearer {session.access}"} if session else {}


def requests(
    world: World, persona: str, operation: Any, mode: GenerationMode
) -> st.SearchStrategy[Any]:
    """Return requests to an operation: wholly generated ones, and ones that use what the matrix knows."""
    line = MATRIX[f"{operation.method.upper()} {operation.path}"]
    known: dict[str, Any] = {}
    if "{" in operation.path:
        known["path_parameters"] = {name: str(id) for name, id in line.ids(world).items()}
    generated = [operation.as_strategy(generation_mode=mode)]
    if known:
        generated.append(operation.as_strategy(generation_mode=mode, **known))
    if operation.body and line.format == "json" and mode is GenerationMode.POSITIVE:
        good = line.body(world, persona) or {}
        generated.append(operation.as_strategy(generation_mode=mode, body=good, **known))
    return st.one_of(generated)


def turns(operations: list[Any], dice: random.Random) -> Iterator[tuple[Any, str, GenerationMode]]:
    """Return operations, personas and kinds of requests in rounds, so that a bound cuts all alike."""
    while True:
        for operation, mode in itertools.product(operations, GenerationMode):
            yield operation, dice.choice(PERSONAS), mode


class Trial:
    """A run of requests: how many were sent to each operation, and what was wrong, once for each kind."""

    def __init__(self, world: World) -> None:
        self.sent: Counter[str] = Counter()
        self.wrong: dict[str, str] = {}
        self._world = world

    def run(self, *, seconds: float, start: int) -> None:
        """Send requests for so long, every operation at least once; ``start`` decides which."""
        operations = [result.ok() for result in document().get_all_operations()]
        at_least = len(operations) * len(GenerationMode)
        until = time.monotonic() + seconds
        rounds = turns(operations, random.Random(start))  # noqa: S311 - repeatable, not secret
        for number, (operation, persona, mode) in enumerate(rounds):
            if number >= at_least and time.monotonic() > until:
                return
            self._turn(operation, persona, mode, number=start + number)

    def _turn(self, operation: Any, persona: str, mode: GenerationMode, *, number: int) -> None:
        headers = credentials(self._world, persona)

        @seed(number)
        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(requests(self._world, persona, operation, mode))
        def attempt(case: Any) -> None:
            with transaction.atomic():
                answer = case.call(headers=headers)
                transaction.set_rollback(True)
            self.sent[operation.label] += 1
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as group:
                for failure in group.exceptions:
                    kind = f"{operation.label} {answer.status_code} {type(failure).__name__}"
                    asked = case.as_curl_command(headers)
                    self.wrong.setdefault(kind, f"{kind} as {persona}: {failure}\n{asked}")

        try:
            attempt()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # an operation without input cannot be broken


@pytest.mark.slow
def test_answers_are_as_documented(world):
    trial = Trial(world)

    trial.run(seconds=60, start=20261125)

    assert trial.wrong == {}, "\n\n".join(trial.wrong.values())
    assert min(trial.sent.values()) >= EXAMPLES


@pytest.mark.nightly
def test_answers_are_as_documented_for_twenty_minutes(world):
    trial, start = Trial(world), time.time_ns()

    trial.run(seconds=20 * 60, start=start)

    assert trial.wrong == {}, f"start={start}\n" + "\n\n".join(trial.wrong.values())
    assert min(trial.sent.values()) >= EXAMPLES
