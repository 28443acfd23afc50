from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from apps.core.admin.counting import CappedPaginator
from apps.core.audit.partitions import month_start
from apps.core.enums import AuditKind
from apps.core.ids import uuid7
from apps.core.models import Audit
from apps.core.tests.audit.entries import audit_entry

pytestmark = pytest.mark.django_db

LIST = "/admin/core/audit/"


@pytest.fixture
def desk(staff):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(staff)
    return client


def entry(*, days_ago: float = 0, **values):
    return audit_entry(timezone.now() - timedelta(days=days_ago), **values)


def found(client, **query):
    """Return the entries of lamps that a list shows, newest first; that of the reader's own login is another."""
    rows = client.get(LIST, query).context["cl"].result_list
    return [row for row in rows if row.subject_type == "lamps.lamp"]


class TestReading:
    def test_shows_who_did_what_from_where(self, desk, candidate):
        row = entry(
            actor_id=candidate.pk, subject_id=uuid7(), ip="198.51.100.7", request_id="req-12345678"
        )

        html = desk.get(LIST).content.decode()
        details = desk.get(f"{LIST}{row.pk}/change/").content.decode()

        for text in (candidate.email, str(row.subject_id), "198.51.100.7"):
            assert text in html
            assert text in details
        assert "req-12345678" in details

    def test_shows_the_id_of_an_actor_who_is_gone(self, desk):
        row = entry(actor_id=uuid7())

        assert str(row.actor_id) in desk.get(LIST).content.decode()

    def test_is_for_those_with_the_right(self, candidate):
        member = candidate
        member.is_staff = True
        member.save(update_fields=["is_staff"])
        client = Client()
        client.force_login(member)
        assert client.get(LIST).status_code == 403

        member.user_permissions.add(Permission.objects.get(codename="view_audit"))
        assert client.get(LIST).status_code == 200

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_nobody_adds_changes_or_deletes(self, desk, method):
        row = entry()

        assert getattr(desk, method)(f"{LIST}add/").status_code == 403
        assert getattr(desk, method)(f"{LIST}{row.pk}/delete/").status_code == 403
        assert desk.post(f"{LIST}{row.pk}/change/", {"verb": "x"}).status_code == 403
        assert Audit.objects.get(pk=row.pk).verb == "lit"


class TestSearching:
    @pytest.mark.parametrize("name", ["actor_id", "subject_id", "request_id"])
    def test_by_id(self, desk, name):
        entry(actor_id=uuid7(), subject_id=uuid7(), request_id=uuid7().hex)
        wanted = entry(actor_id=uuid7(), subject_id=uuid7(), request_id=uuid7().hex)

        assert found(desk, q=str(getattr(wanted, name))) == [wanted]

    def test_by_words_that_must_all_fit(self, desk):
        actor_id = uuid7()
        wanted = entry(actor_id=actor_id, verb="dimmed")
        entry(actor_id=actor_id)
        entry(verb="dimmed")

        assert found(desk, q=f"dimmed {actor_id}") == [wanted]
        assert found(desk, q=f"{actor_id} lamps.lamp dimmed") == [wanted]

    def test_finds_whole_words_only(self, desk):
        entry()

        assert found(desk, q="li") == []


class TestFilters:
    def test_by_kind_and_verb(self, desk):
        dimmed = entry(verb="dimmed")
        failed = entry(kind=AuditKind.SECURITY, verb="login_failed")

        assert found(desk, kind__exact="security") == [failed]
        assert found(desk, verb="dimmed") == [dimmed]
        assert found(desk, verb="never_done") == []

    def test_offers_the_verbs_that_occur(self, desk):
        entry(verb="dimmed")
        entry()

        spec = next(
            spec
            for spec in desk.get(LIST).context["cl"].filter_specs
            if getattr(spec, "parameter_name", "") == "verb"
        )
        assert {("dimmed", "dimmed"), ("lit", "lit")} <= set(spec.lookup_choices)

    def test_shows_thirty_days_unless_asked_for_more(self, desk):
        old, year_old, new = entry(days_ago=31), entry(days_ago=400), entry(days_ago=29)

        assert found(desk) == [new]
        assert found(desk, day="366") == [new, old]
        assert found(desk, day="all") == [new, old, year_old]

    def test_by_day_in_the_zone_of_the_platform(self, desk):
        midnight = datetime(2026, 11, 24, 17, tzinfo=UTC)  # in Vietnam

        before, first, last, after = map(
            audit_entry,
            (
                midnight - timedelta(milliseconds=1),
                midnight,
                midnight + timedelta(days=1, milliseconds=-1),
                midnight + timedelta(days=1),
            ),
        )

        assert found(desk, day="2026-11-25") == [last, first]
        assert found(desk, day="2026-11-24") == [before]
        assert found(desk, day="2026-11-26") == [after]

    @pytest.mark.parametrize(
        "day", ["2026-13-01", "yesterday", "0001-01-01", "99999", "9999-12-31"]
    )
    def test_a_day_that_is_none_has_no_entries(self, desk, day):
        entry()

        assert found(desk, day=day) == []

    def test_a_day_reads_one_partition(self, desk):
        today = timezone.localdate()
        plan = desk.get(LIST, {"day": str(today)}).context["cl"].queryset.explain()

        read = {name for name in plan.replace("(", " ").split() if name.startswith("core_audit_2")}
        now = timezone.now()
        unread = {f"core_audit_{month_start(now, ahead):%Y_%m}" for ahead in (2, 3)}
        assert read
        assert not {name for name in read for other in unread if name.startswith(other)}
        assert "core_audit_default" not in plan


class TestCounting:
    def test_stops_where_nobody_turns_pages_any_more(self, monkeypatch, desk):
        monkeypatch.setattr(CappedPaginator, "MOST", 3)
        for _ in range(5):
            entry()

        assert desk.get(LIST).context["cl"].result_count == 3


class TestHistory:
    def test_of_a_row_is_its_entries_whatever_their_age(self, desk, candidate):
        old, new = entry(subject_id=candidate.pk, days_ago=500), entry(subject_id=candidate.pk)
        entry(subject_id=uuid7())

        answer = desk.get(f"/admin/users/user/{candidate.pk}/history/")

        target = urlsplit(answer.headers["Location"])
        assert target.path == LIST
        assert parse_qs(target.query) == {"q": [str(candidate.pk)], "day": ["all"]}
        assert found(desk, q=str(candidate.pk), day="all") == [new, old]
