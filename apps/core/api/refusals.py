"""What an operation can refuse, as the documents show it: by status, with the codes and an example of each.

Examples are bodies that the error handler itself makes, of an occurrence of the error: they cannot differ from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent
from rest_framework.exceptions import APIException

from apps.core.api.problems import CONTENT_TYPE, Problem, describe
from apps.core.errors import DomainError, InvalidInput

EXAMPLE_ID = "01a20422-44d0-7f60-b7ea-65a2a7ffbf3d"
"""Stands for the ids in the path of an example."""
_REQUEST_ID = "5f0c1f6e1a5b4e0c9d3c2b7a8e9f0a1b"

Refusal = DomainError | APIException | RequestDataTooBig


class Refusals:
    """The responses that tell what one operation refuses."""

    def __init__(self, *, path: str, schema: dict[str, str], registry: ComponentRegistry) -> None:
        """Prepare for an operation at a path; ``schema`` refers to what all problems have in common."""
        self._path = path
        self._schema = schema
        self._registry = registry

    def responses(self, refusals: Sequence[Refusal]) -> dict[str, dict[str, Any]]:
        """Return a response for each status."""
        found: dict[str, dict[str, tuple[Refusal, Problem]]] = {}
        for refusal in refusals:
            problem = describe(refusal)
            if problem is None:
                raise TypeError(f"{refusal!r} would be answered as a defect")
            found.setdefault(str(problem.status), {}).setdefault(problem.code, (refusal, problem))
        return {status: self._response(list(found[status].values())) for status in sorted(found)}

    def _response(self, told: list[tuple[Refusal, Problem]]) -> dict[str, Any]:
        problems = [problem for _, problem in told]
        return {
            "description": "\n".join(
                f"- `{problem.code}`: {problem.title}" for problem in problems
            ),
            "content": {
                CONTENT_TYPE: {
                    "schema": {"allOf": [self._schema, _narrowing(problems)]},
                    "examples": {
                        problem.code: self._example(refusal, problem) for refusal, problem in told
                    },
                }
            },
        }

    def _example(self, refusal: Refusal, problem: Problem) -> dict[str, Any]:
        body = problem.body(path=self._path, repeat_fields=True)
        example = {"summary": problem.title, "value": {**body, "request_id": _REQUEST_ID}}
        if type(refusal) is InvalidInput:
            return example  # which fields there are is the operation's own
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name=f"problem.{problem.code}",
            type=ResolvedComponent.EXAMPLE,
            schema=example,
            object=type(refusal),
        )
        self._registry.register_on_missing(component)
        return dict(component.ref)


def _narrowing(problems: list[Problem]) -> dict[str, Any]:
    """Return which codes there are at this status, and what some of them carry besides."""
    members = {
        name: _schema_of(value) for problem in problems for name, value in problem.context.items()
    }
    code = {"type": "string", "enum": [problem.code for problem in problems]}
    return {"type": "object", "required": ["code"], "properties": {"code": code, **members}}


def _schema_of(value: Any) -> dict[str, Any]:
    """Return the schema of a member by an example of it."""
    match value:
        case int():
            return {"type": "integer"}
        case str():
            return {"type": "string"}
        case [first, *_]:
            return {"type": "array", "items": _schema_of(first)}
        case dict():
            properties = {name: _schema_of(inner) for name, inner in value.items()}
            return {"type": "object", "properties": properties, "required": list(properties)}
    raise TypeError(f"{value!r} is nothing that a problem shows")
