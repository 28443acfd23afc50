"""The first page of the admin, with the lines of every app."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

from apps.applications.tests.factories import ApplicationFactory
from apps.companies.services import companies, verification
from apps.companies.tests.factories import CompanyFactory
from apps.core import audit, mail, work
from apps.core.admin import dashboard, telling
from apps.core.ids import uuid7
from apps.core.models import Audit, Mail, Operation, Work
from apps.jobs.tests.factories import JobFactory
from apps.payments.tests.factories import grant
from apps.users.tests.factories import UserFactory
from onetop_backend.tests.house.deeds import DEEDS

pytestmark = pytest.mark.django_db

INDEX = "/admin/"


@pytest.fixture
def desk(staff):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(staff)
    return client


def shown(client):
    """Return the lines that the page shows: text, count, oldest and where it leads."""
    blocks = client.get(INDEX).context["blocks"]
    return {str(line.label): line for block in blocks for line in block.lines}


def counts(client):
    return {label: line.count for label, line in shown(client).items()}


@pytest.fixture
def trouble(now, recruiter, company):
    """One row and more for every line, and beside each a row that is none of its business."""
    UserFactory.create_batch(2, pending=True)
    UserFactory(pending=True, is_active=False)
    CompanyFactory(verified_at=now)
    CompanyFactory(deleted_at=now)
    live = JobFactory(company=company, posted_by=recruiter)
    ending = {"deadline": now.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()}
    JobFactory(company=company, posted_by=recruiter, place=live.place, **ending)
    JobFactory(company=company, posted_by=recruiter, place=live.place, deleted_at=now, **ending)
    for age in (timedelta(days=8), timedelta(days=6)):
        ApplicationFactory(job=live, applied_at=now - age)
    grant(company, 3)
    grant(company, 2, expires_at=now + timedelta(days=3))
    grant(company, 2, expires_at=now + timedelta(days=30))
    for name in ("one", "two"):
        mail.send(key=name, to=f"{name}@example.vn", subject=name, text="…")
    Mail.objects.filter(dedupe_key="one").update(created_at=now - timedelta(hours=1))
    Work.objects.all().delete()
    with transaction.atomic():
        for name in ("dead", "late", "soon"):
            work.add("apps.core.tasks.deliver_mail", key=name, mail_id=uuid7())
    Work.objects.filter(key="dead").update(dead_at=now - timedelta(hours=2))
    Work.objects.filter(key="late").update(due_at=now - timedelta(minutes=6))
    Operation.objects.create(
        kind="x",
        actor_id=uuid7(),
        subject_type="y",
        subject_id=uuid7(),
        state="failed",
        error_code="z",
        finished_at=now,
        expires_at=now + timedelta(days=1),
    )


COUNTS = {
    "Work that was given up": 1,
    "Work overdue by 5 minutes and more": 1,
    "Mails not delivered for 15 minutes and more": 1,
    "Failed operations": 1,
    "Recruiters awaiting approval": 2,
    "Companies to be verified": 1,
    "Lots of credits that expire within 7 days": 1,
    "Lots of credits that expired and are not booked yet": 0,
    "Postings that end today": 1,
    "Applications unseen for 7 days and more": 1,
}


@pytest.mark.usefixtures("trouble")
class TestLines:
    def test_count_what_waits_what_went_wrong_and_what_ends(self, desk):
        assert counts(desk) == COUNTS

    def test_lead_to_lists_of_exactly_those_rows(self, desk):
        for label, line in shown(desk).items():
            rows = desk.get(line.address).context["cl"].result_list
            assert (label, len(rows)) == (label, line.count)

    def test_say_since_when(self, desk, now):
        lines = shown(desk)

        assert lines["Work that was given up"].since == now - timedelta(hours=2)
        assert lines["Failed operations"].since == now
        assert lines["Lots of credits that expired and are not booked yet"].since is None
        died = date_format(localtime(now - timedelta(hours=2)), "SHORT_DATETIME_FORMAT")
        assert f"the oldest since {died}" in desk.get(INDEX).content.decode()

    def test_are_all_registered_and_all_tested(self):
        lines = dashboard.lines_for(UserFactory(staff=True))

        with translation.override("en"):
            assert {str(line.label) for line in lines} == set(COUNTS)

    def test_are_shown_to_those_who_may_see_their_lists(self, desk):
        member = UserFactory(user_type="ADMIN", is_staff=True)
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(member)
        assert counts(client) == {}
        assert "What was done last" not in client.get(INDEX).content.decode()

        member.user_permissions.add(Permission.objects.get(codename="view_company"))

        assert counts(client) == {"Companies to be verified": 1}

    def test_are_in_the_readers_language(self, desk):
        desk.defaults["HTTP_ACCEPT_LANGUAGE"] = "vi"

        assert counts(desk)["Nhà tuyển dụng chờ duyệt"] == 2


class TestCost:
    def test_is_five_queries_however_much_there_is(self, desk, queries, staff, trouble):
        """Session, account, all lines, the newest entries with their actors, what their rows are called."""
        with transaction.atomic():
            audit.record(staff, "corrected", staff)
        desk.get(INDEX)  # Django keeps what it learns about content types
        with queries(5):
            desk.get(INDEX)

        UserFactory.create_batch(20, pending=True)
        with transaction.atomic():
            for company in CompanyFactory.create_batch(20):
                audit.record(staff, "verified", company)
        with queries(5):
            desk.get(INDEX)


class TestWhatWasDoneLast:
    def test_tells_who_did_what_to_which_row(self, desk, staff, company, recruiter, now):
        companies.update_company(
            actor=recruiter, company_id=company.id, changes={"name": "Sao Biển"}, now=now
        )
        desk.post(
            "/admin/companies/company/",
            {"action": "verify", "_selected_action": [str(company.id)], "confirmed": "yes"},
        )

        newest, older = desk.get(INDEX).context["recent"][:2]
        assert (newest.actor, newest.verb, newest.way) == (staff.email, "verified", "admin")
        assert newest.subject == telling.Subject(
            kind="company",
            name="Sao Biển",
            address=f"/admin/companies/company/{company.id}/change/",
        )
        assert (older.actor, older.verb) == (recruiter.email, "changed")
        assert older.details == ["Name: Công ty Đại Việt → Sao Biển"]

    def test_names_no_row_that_the_reader_may_not_see(self, company, staff, now):
        verification.verify_company(actor=staff, company_id=company.id, now=now)
        member = UserFactory(user_type="ADMIN", is_staff=True)
        member.user_permissions.add(Permission.objects.get(codename="view_audit"))
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(member)

        entry = client.get(INDEX).context["recent"][0]

        assert (entry.verb, entry.subject) == (
            "verified",
            telling.Subject(kind="company", name="", address=""),
        )

    def test_every_verb_reads_in_words(self):
        verbs = {verb for deed in DEEDS.values() for verb in (deed.verb, *deed.others)}

        assert {verb for verb in verbs if verb not in telling.named_verbs()} == set()

    def test_tells_changes_moves_and_what_was_only_named(self, desk, staff, company):
        with transaction.atomic():
            audit.record(
                staff,
                "updated",
                company,
                fields=["address", "name"],
                changes={"name": ["A", "B"]},
                reason="Theo yêu cầu",
            )
            audit.record(staff, "role_changed", company, before="OWNER", role="FINANCE")
        newest, older = desk.get(INDEX).context["recent"][:2]

        assert older.details == ["Name: A → B", "Changed: Address", "Reason: Theo yêu cầu"]
        assert newest.details == ["Role: OWNER → FINANCE"]
        assert Audit.objects.filter(data__way="admin").count() == 0
