"""Who may do what: every route of the platform, tried by every persona.

A route that has no line in the matrix is a failure. Whoever a line does not name must be refused, with a
problem, and a refusal changes nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.urls import reverse

from apps.applications.tests.factories import ApplicationFactory
from apps.core.ids import uuid7
from apps.core.models import Audit
from onetop_backend.tests.house import snapshot
from onetop_backend.tests.house.exceptions import UNAUDITED_ROUTES
from onetop_backend.tests.house.lines import PERSONAS, Line
from onetop_backend.tests.house.matrix import MATRIX
from onetop_backend.tests.house.routes import Route, all_routes, api_routes
from onetop_backend.tests.house.world import World

API_ROUTES = api_routes()
ADMIN_DOORS = {
    "/admin", "/admin/login/", "/admin/logout/", "/admin/jsi18n/", "/admin/language/",
}  # fmt: skip
REFUSALS = {
    "anonymous": {401, 404},
    "pending_recruiter": {401},
}
KNOWN_BUT_REFUSED = {403, 404}
"""What must not be seen is not found, also by those who have not signed in."""
IDENTITY = "/api/v1/identity/"
DEAD_TOKEN = 410
"""allauth's answer to it; and its errors are not problems but objects with a ``status``."""


def area(route: Route) -> str:
    """Return what a route is about; the routes of an area share one world."""
    return re.sub(r"^/(api/v\d+/)?", "", route.path).split("/")[0]


AREAS = sorted({area(route) for route in API_ROUTES})


@dataclass(frozen=True)
class Outcome:
    """How a try went: a status, ``refused`` or what is wrong; and the audit entries that it left."""

    told: str
    entries: int = 0


def attempt(
    world: World, route: Route, line: Line, persona: str, tables: snapshot.Snapshot
) -> Outcome:
    """Try a route as a persona, take it back, and tell how it went."""
    client = world.client_for(route.path, persona)
    path = route.path.format(**{name: str(value) for name, value in line.ids(world).items()})
    body = line.body(world, persona)
    files = snapshot.files()
    before = Audit.objects.count()
    with transaction.atomic():
        send = getattr(client, route.method.lower())
        answer = send(path, body) if route.method == "GET" else send(path, body, line.format)
        after = {} if answer.status_code < 400 else snapshot.tables()
        entries = Audit.objects.count() - before
        transaction.set_rollback(True)
    if answer.status_code < 400 or answer.status_code == line.may.get(persona):
        return Outcome(str(answer.status_code), entries)
    identity = route.path.startswith(IDENTITY)
    refusals = REFUSALS.get(persona, KNOWN_BUT_REFUSED) | ({DEAD_TOKEN} if identity else set())
    if answer.status_code not in refusals:
        return Outcome(f"{answer.status_code} {answer.content[:300]!r}")
    if answer.headers["Content-Type"] != f"application/{'' if identity else 'problem+'}json":
        return Outcome(f"{answer.status_code} as {answer.headers['Content-Type']}")
    changed = snapshot.difference(tables | files, after | snapshot.files())
    return Outcome(f"refused, but changed {changed}" if changed else "refused")


@pytest.mark.parametrize("route", API_ROUTES, ids=str)
def test_every_route_has_a_line(route):
    assert str(route) in MATRIX, "say in matrix.py who may do this"


@pytest.mark.parametrize("name", AREAS)
def test_only_those_named_may(world, name, settings):
    # Everybody tries everything with the same bodies; how often one may is another question.
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES)
    tables = snapshot.tables()
    surprises, silent = {}, set()

    for route in API_ROUTES:
        if area(route) != name or str(route) not in MATRIX:
            continue
        line = MATRIX[str(route)]
        for persona in PERSONAS:
            expected = str(line.may.get(persona, "refused"))
            outcome = attempt(world, route, line, persona, tables)
            if outcome.told != expected:
                surprises[str(route), persona] = f"{outcome.told}, not {expected}"
            elif line.may.get(persona, 400) < 400 and not outcome.entries:
                silent.add(route)

    assert surprises == {}
    # Whoever may change something leaves an entry in the audit trail.
    changing = {str(route) for route in silent if route.method != "GET"}
    assert changing == {
        str(route) for route in API_ROUTES if area(route) == name and str(route) in UNAUDITED_ROUTES
    }


def test_the_matrix_names_no_route_that_is_gone():
    assert set(MATRIX) - {str(route) for route in API_ROUTES} == set()


def test_no_route_that_is_gone_is_excused_from_the_audit_trail():
    assert set(UNAUDITED_ROUTES) - {str(route) for route in API_ROUTES} == set()


def test_a_refused_login_leaves_its_entry_and_nothing_else(world):
    tables, before = snapshot.tables(), Audit.objects.count()
    body = {"email": "candidate@example.vn", "password": "not the password"}

    answer = world.clients["anonymous"].post("/api/v1/auth/login/", body, "json")

    assert answer.status_code == 401
    assert snapshot.difference(tables, snapshot.tables()) == []
    entry = Audit.objects.latest("id")
    assert Audit.objects.count() == before + 1
    assert (entry.kind, entry.verb) == ("security", "login_failed")


def test_only_staff_enter_the_admin(world):
    """Everybody else is sent to its door, whatever they ask for, and whether or not it is there."""
    paths = {
        route.path.format_map(defaultdict(uuid7))
        for route in all_routes()
        if route.path.startswith("/admin") and route.path not in ADMIN_DOORS
    }
    clients = {name: browser for name, browser in world.browsers.items() if name != "staff"}
    before = snapshot.tables()

    outcomes = {}
    for method, names in {"get": clients, "post": ("anonymous", "recruiter")}.items():
        for path in sorted(paths):
            for name in names:
                answer = getattr(clients[name], method)(path)
                target = answer.headers.get("Location", "").partition("?")[0]
                outcomes[method, path, name] = (answer.status_code, target)

    door = (302, reverse("admin:login"))
    assert {key: outcome for key, outcome in outcomes.items() if outcome != door} == {}
    assert snapshot.difference(before, snapshot.tables()) == []


def test_a_change_would_be_seen(world):
    tables, files = snapshot.tables(), snapshot.files()

    world.application.candidate.full_name = "Tên Khác"
    world.application.candidate.save(update_fields=["full_name"])
    ApplicationFactory(job=world.live, candidate=world.people["other_candidate"])

    assert snapshot.difference(tables, snapshot.tables()) == [
        "applications_application",
        "applications_event",
        "core_stored_file",
        "users_user",
    ]
    assert len(snapshot.difference(files, snapshot.files())) == 1
