"""Whatever changes a public answer touches something that the answer shows: a writer that forgets is found here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from apps.companies.tests.factories import CompanyFactory
from apps.core.cache.tokens import TASK
from apps.core.models import Work
from apps.jobs.enums import AliasKind, JobState
from apps.jobs.services import taxonomy
from apps.jobs.tests.factories import JobFactory
from onetop_backend.tests.house.matrix import MATRIX
from onetop_backend.tests.house.routes import api_routes
from onetop_backend.tests.house.world import World

ROUTES = api_routes()
PUBLIC = {route.path: route.view.public for route in ROUTES if hasattr(route.view, "public")}
WRITES = [route for route in ROUTES if route.method != "GET" and str(route) in MATRIX]

Answers = dict[str, Any]


def public_answers(world: World) -> tuple[Answers, dict[str, set[str]]]:
    """Return every public answer as it is now, and what each shows."""
    refs = {
        "/api/v1/jobs/{ref}/": [world.live, world.draft, world.applied_to],
        "/api/v1/companies/{ref}/": [world.company, world.other_company],
    }
    answers, shown = {}, {}
    for path, page in PUBLIC.items():
        for ref in [str(row.id) for row in refs[path]] if "{ref}" in path else [""]:
            address = path.format(ref=ref)
            answer = world.clients["anonymous"].get(address)
            there = answer.status_code == 200
            answers[address] = answer.json() if there else answer.status_code
            shown[address] = set(answer.shows if there and page.of_members else page.shows)
    return answers, shown


def forgotten(
    world: World, change: Callable[[], Any], *, status: set[int]
) -> tuple[set[str], set[str]]:
    """Make a change, take it back, and return which answers it changed and which of them it did not touch."""
    before, shown = public_answers(world)
    with transaction.atomic():
        answer = change()
        assert answer.status_code in status, answer.content[:500]
        after, _ = public_answers(world)
        rows = Work.objects.filter(task=TASK).values_list("args", flat=True)
        touched = {name for args in rows for name in args["names"]}
        transaction.set_rollback(True)
    changed = {address for address in before if before[address] != after[address]}
    return changed, {address for address in changed if not shown[address] & touched}


def test_the_public_reads_from_kept_bytes():
    assert set(PUBLIC) == {
        "/api/v1/companies/",
        "/api/v1/companies/{ref}/",
        "/api/v1/config/",
        "/api/v1/jobs/",
        "/api/v1/jobs/search/",
        "/api/v1/jobs/{ref}/",
        "/api/v1/places/",
    }


def test_every_route_touches_what_it_changes(world):
    changes, surprises = {}, {}
    for route in WRITES:
        line = MATRIX[str(route)]
        persona, status = next(iter(line.may.items()))
        path = route.path.format(**{name: str(value) for name, value in line.ids(world).items()})
        send = getattr(world.client_for(route.path, persona), route.method.lower())
        body = line.body(world, persona)
        if isinstance(body, dict) and body.get("status") == "DRAFT":
            body["status"] = "PUBLISHED"

        changed, untouched = forgotten(
            world, partial(send, path, body, line.format), status={status}
        )
        if changed:
            changes[str(route)] = changed
        if untouched:
            surprises[str(route)] = untouched

    assert surprises == {}
    assert set(changes) >= {
        "POST /api/v1/companies/",
        "PATCH /api/v1/companies/{ref}/",
        "DELETE /api/v1/companies/{ref}/",
        "POST /api/v1/jobs/",
        "PATCH /api/v1/jobs/{ref}/",
        "DELETE /api/v1/jobs/{ref}/",
        "POST /api/v1/jobs/{job_id}/publish/",
        "POST /api/v1/jobs/{job_id}/close/",
    }


@pytest.fixture
def staff_client(world: World) -> Client:
    client = Client()
    client.force_login(world.people["staff"])
    return client


def test_every_action_of_the_admin_touches_what_it_changes(world, staff_client, now):
    JobFactory(company=world.company, posted_by=world.people["recruiter"], deleted_at=now)
    CompanyFactory(deleted_at=now)
    CompanyFactory(verified_at=now)
    changes, surprises = set(), {}

    for model, page in admin.site._registry.items():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        rows = [str(pk) for pk in model._default_manager.values_list("pk", flat=True)[:50]]
        for action in page.actions or ():
            code = action if isinstance(action, str) else action.__name__
            body: dict[str, Any] = {"action": code, "_selected_action": rows}
            body |= {"confirmed": "yes", "reason": "Thử."}
            changed, untouched = forgotten(
                world,
                partial(staff_client.post, reverse(f"admin:{name}_changelist"), body),
                status={200, 302},
            )
            if changed:
                changes.add((name, code))
            if untouched:
                surprises[name, code] = untouched

    assert surprises == {}
    assert changes >= {
        ("companies_company", "verify"),
        ("companies_company", "unverify"),
        ("companies_company", "restore"),
        ("jobs_job", "close_postings"),
        ("jobs_job", "restore_postings"),
    }


def test_another_name_of_a_place_touches_the_places(world, staff_client, now):
    alias = taxonomy.add_alias(
        actor=world.people["staff"],
        place_code=world.live.place_id,
        name="Thủ đô ngàn năm",
        kind=AliasKind.ABBREVIATION,
        now=now,
    )
    Work.objects.all().delete()
    entered = {"place": world.live.place_id, "name": "Kẻ Chợ", "kind": AliasKind.ABBREVIATION}
    for path, body in {
        reverse("admin:jobs_placealias_add"): entered,
        reverse("admin:jobs_placealias_change", args=[alias.id]): entered,
        reverse("admin:jobs_placealias_delete", args=[alias.id]): {"post": "yes"},
    }.items():
        changed, untouched = forgotten(
            world, partial(staff_client.post, path, body), status={200, 302}
        )

        assert changed == {"/api/v1/places/"}
        assert untouched == set()


def test_a_writer_that_forgets_would_be_found(world):
    def close_without_a_word() -> Any:
        world.live.state, world.live.closed_at = JobState.CLOSED, world.now
        world.live.save()
        return world.clients["anonymous"].get("/api/v1/places/")

    changed, untouched = forgotten(world, close_without_a_word, status={200})

    assert f"/api/v1/jobs/{world.live.id}/" in changed
    assert untouched == changed
