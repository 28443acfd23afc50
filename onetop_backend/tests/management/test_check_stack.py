"""``check_stack`` where something is missing."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder

from apps.core.work import broker, sweeping
from onetop_backend.tests.management.servers import MailServer, serving

pytestmark = pytest.mark.django_db


def check(*names, seconds="0"):
    """Return what the command said of these parts, and whether it failed."""
    output = io.StringIO()
    only = [word for name in names for word in ("--only", name)]
    try:
        call_command("check_stack", *only, "--seconds", seconds, "--json", stdout=output)
    except CommandError as error:
        failed = str(error)
    else:
        failed = ""
    checks = json.loads(output.getvalue())["checks"]
    return {each["name"]: (each["state"], each["detail"]) for each in checks}, failed


class TestStores:
    def test_that_answer_are_named_with_their_times(self):
        output = io.StringIO()
        call_command("check_stack", "--only", "database", "--only", "cache", stdout=output)

        database, cache = output.getvalue().splitlines()
        assert database.startswith("passed ")
        assert " ms  database: PostgreSQL " in database
        assert cache.endswith(" ms  cache: a value was written and read")

    def test_broker_sockets_and_storage_are_tried(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path

        checks, failed = check("broker", "sockets", "storage")

        assert {name: state for name, (state, _) in checks.items()} == {
            "broker": "passed",
            "sockets": "passed",
            "storage": "passed",
        }
        assert failed == ""
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    def test_a_missing_migration_is_named(self):
        MigrationRecorder.Migration.objects.filter(app="core", name__startswith="0001").delete()

        checks, failed = check("migrations", "database")

        state, detail = checks["migrations"]
        assert state == "failed"
        assert detail.startswith("1 to apply, the first is core.0001")
        assert detail.endswith(": run `manage.py migrate`")
        assert checks["database"][0] == "passed"
        assert failed == "failed: migrations"

    def test_a_storage_that_cannot_be_written_fails(self, settings, tmp_path):
        (tmp_path / "file").touch()
        settings.MEDIA_ROOT = tmp_path / "file"

        checks, failed = check("storage")

        assert checks["storage"][0] == "failed"
        assert failed == "failed: storage"


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    """Give a mail server that the settings name."""
    with serving(MailServer()) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        settings.EMAIL_USE_TLS = False
        yield server


class TestMail:
    def test_the_server_is_asked_and_gets_no_mail(self, mail_server, settings):
        checks, _ = check("mail")

        assert checks["mail"] == (
            "passed",
            f"127.0.0.1:{settings.EMAIL_PORT} answered; nothing was sent",
        )
        assert mail_server.heard == [b"QUIT"]

    def test_a_server_that_is_not_there_fails(self, mail_server, settings):
        settings.EMAIL_PORT = 1

        checks, failed = check("mail")

        assert checks["mail"] == ("failed", "127.0.0.1:1: [Errno 111] Connection refused")
        assert failed == "failed: mail"

    def test_files_are_no_server(self, settings):
        settings.EMAIL_HOST = ""

        checks, failed = check("mail", "sentry")

        assert checks["mail"] == ("skipped", f"mails are files in {settings.EMAIL_FILE_PATH}")
        assert checks["sentry"] == ("skipped", "SENTRY_DSN is empty: defects are in the log only")
        assert failed == ""


@pytest.mark.django_db(transaction=True)
class TestBeat:
    def test_is_seen_by_its_sweeps(self):
        with current_app.connection_or_acquire() as connection:
            client = connection.default_channel.client
            client.delete(broker.SWEPT_KEY)
            never, failed = check("beat")

            sweeping.sweep()
            now, _ = check("beat")

            client.pexpire(broker.SWEPT_KEY, 3_600_000 - 20_000)
            late, _ = check("beat")

        assert never["beat"] == (
            "failed",
            "nothing was swept yet: beat is down, or no worker consumes relay",
        )
        assert failed == "failed: beat"
        assert now["beat"][0] == "passed"
        assert late["beat"][0] == "failed"
        assert late["beat"][1].endswith(" s ago: beat is down, or relay is not consumed")


class TestRefusals:
    def test_of_a_part_that_is_not_there(self):
        with pytest.raises(
            CommandError, match="--only: there is no part databse; there are settings,"
        ):
            call_command("check_stack", "--only", "databse")

    def test_of_an_address_where_no_local_stack_is(self):
        with pytest.raises(CommandError, match="--url is for the local stack"):
            call_command("check_stack", "--url", "http://127.0.0.1:1")
