"""`manage.py seed_demo`: what it makes, that it makes the same each time, and what it refuses."""

from __future__ import annotations

import io
import itertools
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F

from apps.companies.enums import MemberRole
from apps.core.models import Audit, Mail, Work
from apps.jobs.enums import JobState, JobType
from apps.jobs.services.indexing import write_search_texts
from apps.payments.selectors import ledger_discrepancies_unscoped
from apps.users.services import sessions
from apps.users.tests.factories import UserFactory
from onetop_backend.local import demo
from onetop_backend.tests.house.inventory import MODELS

pytestmark = pytest.mark.django_db

_MODELS: dict[str, Any] = {model.__name__: model for model in MODELS}
Application, ApplicationEvent, Company, CreditEntry, CreditLot, Feed, Job, JobSearchText, Membership, Notification = (
    _MODELS[name]
    for name in (
        "Application", "ApplicationEvent", "Company", "CreditEntry", "CreditLot", "Feed", "Job", "JobSearchText",
        "Membership", "Notification",
    )
)  # fmt: skip
Place, User = _MODELS["Place"], _MODELS["User"]

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
TABLES = (
    "users_user", "account_emailaddress", "companies_company", "companies_membership", "payments_credit_account",
    "payments_credit_entry", "payments_credit_lot", "payments_lot_allocation", "jobs_job", "jobs_search_text",
    "applications_application", "applications_event", "notifications_feed", "notifications_notification",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _local(settings):
    settings.LOCAL_STACK = True


def seed(*arguments: str) -> dict:
    out = io.StringIO()
    call_command("seed_demo", *arguments, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def load(wanted: int, *, seed: int = 1, **more) -> demo.Report:
    return demo.load_demo(now=NOW, jobs_wanted=wanted, seed=seed, **more)


def digests() -> dict[str, tuple[int, str]]:
    """Return the number of rows of every table and a digest of what is in them.

    The ORM dates the named rows by the clock, and the storage names their files at random.
    """
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            without = "- 'created_at' - 'updated_at' - 'cv_id'"
            without += " - 'id'" if table == "account_emailaddress" else ""
            rows = f"SELECT (to_jsonb(each) {without})::text AS row FROM {table} AS each"  # noqa: S608
            cursor.execute(
                f"SELECT count(*), md5(string_agg(row, E'\\n' ORDER BY row)) FROM ({rows}) AS rows"  # noqa: S608
            )
            found[table] = cursor.fetchone()
    return found


@pytest.fixture
def world():
    return load(500)


@pytest.mark.usefixtures("world")
class TestWorld:
    def test_shows_every_state_and_place_in_whole_sentences(self):
        live = Job.objects.live(NOW)

        assert Counter(Job.objects.values_list("state", flat=True)) == {
            JobState.PUBLISHED: 416, JobState.CLOSED: 44, JobState.DRAFT: 40,
        }  # fmt: skip
        assert live.count() == 390
        assert set(Job.objects.values_list("place", flat=True)) == set(
            Place.objects.values_list("code", flat=True)
        )
        assert set(live.values_list("job_type", flat=True)) == set(JobType)
        assert live.filter(expires_at__lte=NOW + timedelta(days=1)).count() == 24
        assert live.filter(is_negotiable=True).count() == 71
        assert live.filter(salary_min=None, salary_max=None, is_negotiable=False).count() == 14
        assert Job.objects.filter(state=JobState.PUBLISHED, expires_at__lte=NOW).count() == 26
        assert Job.objects.filter(deleted_at__isnull=False).count() == 7
        assert set(Membership.objects.values_list("role", flat=True)) == set(MemberRole)
        assert Counter(User.objects.values_list("user_type", "approval")) == {
            ("CANDIDATE", "NOT_REQUIRED"): 77, ("RECRUITER", "APPROVED"): 82, ("RECRUITER", "PENDING"): 9,
            ("RECRUITER", "REJECTED"): 2, ("ADMIN", "NOT_REQUIRED"): 1,
        }  # fmt: skip
        # No choice and no name is left open in a sentence.
        texts = [
            text
            for row in Job.objects.values_list("title", "description", "requirements", "benefits")
            for text in row
        ]
        texts += itertools.chain.from_iterable(
            Company.objects.values_list("name", "description", "address")
        )

        assert [text for text in texts if re.search(r"[{}\[\]|]|  |\.\.|^\s|\s$", text)] == []
        assert "" not in Job.objects.values_list("requirements", flat=True)
        assert Job.objects.values("description").distinct().count() == 500

    def test_could_have_been_made_by_the_services(self):
        steps = {
            application_id: list(each)
            for application_id, each in itertools.groupby(
                ApplicationEvent.objects.order_by("application_id", "version"),
                key=lambda step: step.application_id,
            )
        }
        applications = Application.objects.select_related("job", "cv")

        assert Counter(applications.values_list("state", flat=True)) == {
            "SUBMITTED": 126, "SEEN": 53, "REJECTED": 45, "INTERVIEW": 26, "WITHDRAWN": 8, "OFFER": 6, "HIRED": 4,
        }  # fmt: skip
        moves: set[tuple[str, str]] = set()
        for application in applications:
            history = steps.pop(application.id)
            moves |= set(itertools.pairwise(step.to_state for step in history))
            assert (history[-1].to_state, history[-1].version) == (
                application.state,
                application.version,
            )
            assert [step.at for step in history] == sorted(step.at for step in history)
            assert application.job.published_at is not None
            assert application.job.published_at <= application.applied_at < NOW
            assert default_storage.open(application.cv.path).read(5) == b"%PDF-"
        assert steps == {}
        assert moves == {
            ("SUBMITTED", "SEEN"), ("SUBMITTED", "REJECTED"), ("SUBMITTED", "WITHDRAWN"), ("SEEN", "INTERVIEW"),
            ("SEEN", "REJECTED"), ("SEEN", "WITHDRAWN"), ("INTERVIEW", "OFFER"), ("INTERVIEW", "REJECTED"),
            ("OFFER", "HIRED"), ("SEEN", "HIRED"), ("REJECTED", "SEEN"),
        }  # fmt: skip
        # The ledger explains every credit.
        assert ledger_discrepancies_unscoped() == []
        assert Counter(CreditEntry.objects.values_list("kind", flat=True)) == {
            "GRANT": 64, "SPEND": 174, "EXPIRY": 31,
        }  # fmt: skip
        assert CreditLot.objects.filter(remaining__gt=0, expires_at__gt=NOW).count() == 13
        assert CreditLot.objects.filter(remaining__gt=0, expires_at__lte=NOW).count() == 0
        # People are told in the order in which things happened.
        told = itertools.groupby(
            Notification.objects.order_by("recipient_id", "seq"), key=lambda each: each.recipient_id
        )
        feeds = {recipient_id: list(each) for recipient_id, each in told}

        assert {recipient_id: len(feed) for recipient_id, feed in feeds.items()} == dict(
            Feed.objects.values_list("recipient_id", "last_seq")
        )
        for feed in feeds.values():
            assert [each.seq for each in feed] == list(range(1, len(feed) + 1))
            assert [each.occurred_at for each in feed] == sorted(each.occurred_at for each in feed)
        read = Notification.objects.filter(read_at__isnull=False).count()
        assert (read, Notification.objects.count()) == (441, 670)
        # Nobody gets a mail; what the public list kept in the cache is dropped once more, later.
        assert list(Work.objects.values_list("task", flat=True)) == ["apps.core.tasks.drop_tokens"]
        assert Mail.objects.count() == 0
        # Everybody signs in with the same password.
        owner = Membership.objects.filter(role=MemberRole.OWNER).exclude(
            user__email__in=["recruiter@demo.onetop.vn", "recruiter2@demo.onetop.vn"]
        ).select_related("user")[0].user  # fmt: skip

        signed_in = sessions.log_in(
            email=owner.email, password="onetop-demo-pass", ip=None, user_agent="", now=NOW
        )
        assert signed_in.session.user_id == owner.id
        assert EmailAddress.objects.filter(email=F("user__email"), primary=True).count() == (
            User.objects.count()
        )


def test_postings_are_found_by_the_words_that_the_services_would_write():
    load(150)
    rows = JobSearchText.objects.order_by("job_id").values_list("job_id", "document", "accented")
    before = list(rows)

    write_search_texts(jobs=Job.objects.select_related("company", "place"))

    assert len(before) == 150
    assert list(rows.all()) == before


def test_what_people_make_stands_before_what_was_made_up():
    load(30)
    mine = UserFactory().pk

    made_up = User.objects.filter(email__contains="b0@").values_list("pk", flat=True)

    assert made_up.count() == 33
    assert mine > max(made_up)


class TestSame:
    def test_growing_gives_what_starting_large_gives(self):
        with transaction.atomic():
            for wanted in (130, 131, 400):
                load(wanted)
            grown = digests()
            transaction.set_rollback(True)
        load(400)

        assert grown == digests()
        assert grown["jobs_job"][0] == grown["jobs_search_text"][0] == 400

    def test_a_smaller_world_is_the_beginning_of_a_larger_one(self):
        load(120)
        postings = Job.objects.values_list(
            "id", "title", "slug", "description", "salary_min", "expires_at", "state"
        )
        before = set(postings)

        load(200)

        assert before < set(postings.all())
        assert len(before) == 120

    def test_growing_counts_time_from_where_the_world_began(self):
        load(120)

        report = demo.load_demo(now=NOW + timedelta(days=40), jobs_wanted=200, seed=1)

        assert report.began_at == NOW
        assert Job.objects.filter(published_at__gt=NOW).count() == 0

    def test_another_seed_is_another_world(self):
        titles = []
        for number in (1, 2):
            with transaction.atomic():
                load(200, seed=number)
                titles.append(set(Job.objects.values_list("slug", flat=True)))
                transaction.set_rollback(True)

        assert len(titles[0] & titles[1]) == 14

    def test_a_stopped_run_goes_on_where_it_was(self, monkeypatch):
        monkeypatch.setattr(demo, "CHUNK", 1)
        said = []

        def stop(total: int) -> None:
            said.append(total)
            if total == 200:
                raise KeyboardInterrupt

        with transaction.atomic():
            with pytest.raises(KeyboardInterrupt):
                load(330, progress=stop)
            assert (said, Job.objects.count()) == ([100, 200], 200)
            load(330)
            resumed = digests()
            transaction.set_rollback(True)
        load(330)

        assert resumed == digests()

    def test_many_at_once_leave_the_index_of_words_as_it_was(self):
        def options() -> list[str]:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT reloptions FROM pg_class WHERE relname = 'jobs_search_text_document'"
                )
                return cursor.fetchone()[0]

        before = options()

        load(1_200)

        assert before == options() == ["fastupdate=off"]


class TestCommand:
    def test_reports_what_it_added(self):
        report = seed("--jobs", "100")

        assert (report["jobs"], report["seed"]) == (100, 1)
        assert report["added"] == {
            "jobs": 100, "accounts": 33, "companies": 7, "ledger_entries": 57, "applications": 56, "notifications": 120,
        }  # fmt: skip
        assert Audit.objects.count() == 0

    def test_changes_nothing_when_there_is_enough(self):
        seed("--jobs", "120")
        before = digests()

        again, fewer = seed("--jobs", "120"), seed("--jobs", "50")

        assert (again["jobs"], again["added"]) == (fewer["jobs"], fewer["added"]) == (120, {})
        assert digests() == before

    def test_makes_the_named_postings_alone(self):
        assert seed("--jobs", "0")["jobs"] == Job.objects.count() == 14

    def test_speaks_plainly(self, capsys):
        call_command("seed_demo", "--jobs", "20")
        call_command("seed_demo", "--jobs", "20")

        first, second = capsys.readouterr().out.splitlines()
        assert re.fullmatch(
            r"The demo world has 20 postings, 20 of them new \(\d+\.\d s\)\.", first
        )
        assert second == "The demo world has 20 postings; there was nothing to add."

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (("--jobs", "-1"), "--jobs is a number from 0 to 1,000,000, and not -1."),
            (("--jobs", "1000001"), "--jobs is a number from 0 to 1,000,000, and not 1000001."),
            (("--seed", "-3"), "--seed is a number from 0 up, and not -3."),
            (("--jobs", "many"), "Error: argument --jobs: invalid int value: 'many'"),
        ],
    )
    def test_refuses_numbers_that_make_no_sense(self, arguments, told):
        with pytest.raises(CommandError) as refused:
            seed(*arguments)

        assert str(refused.value) == told
        assert User.objects.count() == 0

    def test_refuses_a_database_with_other_accounts(self):
        UserFactory()

        with pytest.raises(CommandError, match="There are accounts already"):
            seed("--jobs", "20")

        assert (User.objects.count(), Job.objects.count()) == (1, 0)

    def test_refuses_to_mix_two_seeds(self):
        seed("--jobs", "120")

        with pytest.raises(CommandError, match="has another seed than 2"):
            seed("--jobs", "120", "--seed", "2")

        assert Job.objects.count() == 120

    def test_grows_a_world_in_which_people_have_registered(self):
        seed("--jobs", "20")
        UserFactory()

        assert seed("--jobs", "30")["added"]["jobs"] == 10

    def test_gives_published_passwords_to_the_local_stack_only(self, settings):
        settings.LOCAL_STACK = False

        with pytest.raises(CommandError, match="only the local stack gets them"):
            seed("--jobs", "20")
        assert User.objects.count() == 0

        assert seed("--jobs", "20", "--force")["jobs"] == 20
