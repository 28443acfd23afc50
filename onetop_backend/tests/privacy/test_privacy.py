"""Privacy of lists and details: every GET of the API, by everybody, searched for everybody's secrets (D11, D25).

Both directions are asserted: a secret that somebody else reads is a leak, and one that its reader does not find
would mean that the search looks in the wrong places.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.db import transaction

from apps.core.models import Mail
from onetop_backend.tests.house.routes import Route, api_routes
from onetop_backend.tests.privacy.expected import MAILED_TO, SEEN_BY
from onetop_backend.tests.privacy.world import PEOPLE, World, build

pytestmark = pytest.mark.django_db

BASE = "/api/v1/"
ROUTES = [route for route in api_routes() if route.method == "GET" and route.path.startswith(BASE)]


@pytest.fixture
def world(db, work) -> World:
    return build(work)


def area(route: Route) -> str:
    return re.sub(r"^(applications/)+", "applications/", route.path.removeprefix(BASE))


def values_of(world: World, route: Route, name: str) -> list[str]:
    """Return everything that a variable of an address may stand for: rows of this person's and of others'."""
    if name == "provider_id":
        return ["google"]
    first = area(route).split("/")[0]
    rows: dict[tuple[str, str], list[Any]] = {
        ("applications", "id"): world.applications,
        ("media", "id"): world.applications,
        ("companies", "ref"): world.companies,
        ("companies", "company_id"): world.companies,
        ("jobs", "ref"): world.jobs,
        ("operations", "id"): world.operations,
        ("payments", "id"): [],
        ("notifications", "id"): notifications(world),
    }
    found = rows[first, name]
    slugs = [row.slug for row in found if hasattr(row, "slug")] if name == "ref" else []
    return [*(str(row.pk) for row in found), *slugs]


def notifications(world: World) -> list[Any]:
    from apps.notifications.selectors import notifications_of

    return [row for person in world.people.values() for row in notifications_of(viewer=person)]


def queries_of(world: World, route: Route) -> list[dict[str, str]]:
    """Return the queries that show other rows than the bare address."""
    companies = [{"company": str(company.pk)} for company in world.companies]
    more: dict[str, list[dict[str, str]]] = {
        "jobs/": [{"mine": "true", "page_size": "100"}],
        "jobs/search/": [{"q": "nhan vien kinh doanh"}],
        "payments/credits/": companies,
    }
    return [{}, *more.get(route.path.removeprefix(BASE), [])]


def addresses(world: World, route: Route) -> Iterator[tuple[str, dict[str, str]]]:
    names = re.findall(r"\{(\w+)\}", route.path)
    for values in product(*(values_of(world, route, name) for name in names)):
        path = route.path.format(**dict(zip(names, values, strict=True)))
        for query in queries_of(world, route):
            yield path, query


def everything_of(answer: Any) -> str:
    """Return all that an answer says, its headers included."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{headers} {body.decode('utf-8', 'replace')}"


def test_everybody_reads_what_is_for_them_and_nothing_else(world):
    seen: dict[str, set[str]] = defaultdict(set)
    where: dict[tuple[str, str], str] = {}
    broken = []

    for route in ROUTES:
        for path, query in addresses(world, route):
            for name, client in world.clients.items():
                with transaction.atomic():
                    answer = client.get(path, query)
                    transaction.set_rollback(True)
                if answer.status_code >= 500:
                    broken.append((name, path))
                text = everything_of(answer)
                for label, secret in world.secrets.items():
                    if secret in text:
                        seen[label].add(name)
                        where.setdefault((label, name), f"{path} {query}")

    assert broken == []
    assert set(world.secrets) == set(SEEN_BY)
    leaks = {
        (label, name): place for (label, name), place in where.items() if name not in SEEN_BY[label]
    }
    assert leaks == {}
    assert {
        label: SEEN_BY[label] - seen[label] for label in SEEN_BY if SEEN_BY[label] - seen[label]
    } == {}


def test_mails_tell_their_reader_s_own_business(world):
    owners = {person.email: name for name, person in world.people.items()}
    found: dict[str, set[str]] = defaultdict(set)

    for mail in Mail.objects.all():
        reader = owners[mail.to]
        for label, secret in world.secrets.items():
            if secret in f"{mail.subject} {mail.text}" and not label.startswith(f"{reader} "):
                found[label].add(reader)

    assert dict(found) == MAILED_TO


def test_every_id_that_is_shown_opens_what_it_names(world):
    """The original showed ids that no address took, and took numbers that counted its business (D22)."""
    opened: dict[str, int] = defaultdict(int)
    for name in PEOPLE:
        client = world.clients[name]
        for prefix in ("applications", "companies", "jobs", "notifications", "operations"):
            for row in client.get(f"{BASE}{prefix}/", {"page_size": 100}).json()["results"]:
                detail = client.get(f"{BASE}{prefix}/{row['id']}/")
                assert (detail.status_code, detail.json()["id"]) == (200, row["id"])
                opened[prefix] += 1

    assert {prefix for prefix, count in opened.items() if count} == {
        "applications",
        "companies",
        "jobs",
        "notifications",
        "operations",
    }


def test_a_hidden_contact_says_so(world):
    of_leaver = world.applications[1]
    info = world.clients["owner"].get(f"{BASE}applications/{of_leaver.pk}/").json()

    assert info["candidate_info"] == {
        "id": str(world.people["leaver"].pk),
        "full_name": world.people["leaver"].full_name,
        "email": None,
        "phone_number": None,
        "contact_hidden": True,
    }
    assert (info["cv_file"], info["cover_letter"]) == (None, "")


def test_what_is_not_theirs_is_not_found_rather_than_forbidden(world):
    of_applicant, operation = world.applications[0].pk, world.operations[0].pk
    private = [
        f"applications/{of_applicant}/",
        f"applications/{of_applicant}/timeline/",
        f"media/application/{of_applicant}/download/",
        f"operations/{operation}/",
        f"operations/{operation}/result/",
    ]
    company_draft = f"jobs/{world.jobs[1].pk}/"

    for name in ("rival", "former", "interviewer", "other_owner"):
        client = world.clients[name]
        assert {client.get(f"{BASE}{path}").status_code for path in private} == {404}, name
    for name in ("anonymous", "rival", "former", "other_owner"):
        assert world.clients[name].get(f"{BASE}{company_draft}").status_code == 404, name
    anonymous = world.clients["anonymous"]
    assert {anonymous.get(f"{BASE}{path}").status_code for path in private} == {401}


class TestTheFormerMember:
    def test_has_no_notification_about_applicants_left(self, world):
        client = world.clients["former"]

        assert client.get(f"{BASE}notifications/").json()["count"] == 0
        assert client.get(f"{BASE}notifications/unread-count/").json() == {"count": 0}
        assert client.post(f"{BASE}notifications/mark-all-read/").json() == {"marked": 0}

    def test_keeps_an_operation_whose_result_is_closed(self, world):
        client = world.clients["former"]

        [own] = client.get(f"{BASE}operations/").json()["results"]

        assert own["id"] == str(world.operations[1].pk)
        assert client.get(f"{BASE}operations/{own['id']}/result/").status_code == 404
