from __future__ import annotations

import pytest

from apps.notifications.tests.factories import told
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

URL = "/admin/notifications/notification/"


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def shown(answer):
    return {row.recipient.email for row in answer.context["cl"].result_list}


def test_lists_who_was_told_what(desk, candidate, recruiter):
    told(candidate)
    row = told(recruiter)

    assert shown(desk.get(URL)) == {candidate.email, recruiter.email}
    assert shown(desk.get(URL, {"q": "recruiter@"})) == {recruiter.email}
    assert shown(desk.get(URL, {"q": str(row.target_id)})) == {recruiter.email}
    assert shown(desk.get(URL, {"read_at__isempty": "0"})) == set()
    assert shown(desk.get(URL, {"kind__exact": "application_seen"})) == {
        candidate.email,
        recruiter.email,
    }


def test_is_for_reading_only(desk, candidate, everything):
    row = told(candidate)
    before = everything()

    assert desk.get(f"{URL}{row.pk}/change/").status_code == 200
    for path in (f"{URL}add/", f"{URL}{row.pk}/change/", f"{URL}{row.pk}/delete/"):
        assert desk.post(path, {"kind": "application_moved"}).status_code == 403
    assert everything() == before


def test_costs_the_same_for_any_number(desk, django_assert_max_num_queries):
    def cost() -> int:
        with django_assert_max_num_queries(100) as captured:
            assert desk.get(URL).status_code == 200
        return len(captured)

    told(UserFactory())
    cost()
    one = cost()
    for _ in range(20):
        told(UserFactory())
    assert cost() == one
