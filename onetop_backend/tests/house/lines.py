"""What a line of the authorisation matrix says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onetop_backend.tests.house.world import World

SIGNED_IN = ("candidate", "other_candidate", "recruiter", "other_recruiter", "staff")
PUBLIC = ("anonymous", *SIGNED_IN)
PERSONAS = (*PUBLIC, "pending_recruiter")
Ids = Callable[["World"], Mapping[str, Any]]
Body = Callable[["World", str], Any]


@dataclass(frozen=True)
class Line:
    """Who may use a route (persona → status), the ids in its path and the body that it takes."""

    may: Mapping[str, int]
    ids: Ids = lambda world: {}
    body: Body = lambda world, persona: None
    format: str = "json"


def answers(status: int, *personas: str) -> dict[str, int]:
    return dict.fromkeys(personas, status)


def always(**values: Any) -> Body:
    return lambda world, persona: values
