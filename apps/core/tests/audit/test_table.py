from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from apps.core.audit import partitions
from apps.core.models import Audit
from apps.core.tasks import make_audit_partitions
from apps.core.tests.audit.entries import audit_entry

pytestmark = pytest.mark.django_db


NOW = timezone.now()
THIS_MONTH = f"core_audit_{NOW.astimezone(UTC):%Y_%m}"


def entry(moment: datetime = NOW) -> Audit:
    return audit_entry(moment)


def home_of(row: Audit) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM core_audit WHERE id = %s", [row.id])
        return str(cursor.fetchone()[0])


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'core_audit'::regclass ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


class TestOnlyGrows:
    @pytest.mark.parametrize("table", ["core_audit", THIS_MONTH])
    @pytest.mark.parametrize(
        "statement",
        ["UPDATE {} SET verb = 'x'", "DELETE FROM {}", "TRUNCATE {}", "TRUNCATE {} CASCADE"],
    )
    def test_whatever_sql_asks(self, table, statement):
        row = entry()

        with pytest.raises(IntegrityError, match="the audit trail only grows"):
            run(statement.format(table))

        assert Audit.objects.get(id=row.id).verb == "lit"

    @pytest.mark.parametrize(
        "statement", ["UPDATE {} SET verb = 'x'", "DELETE FROM {}", "TRUNCATE {}"]
    )
    def test_also_where_no_month_has_room(self, statement):
        row = entry(datetime(2001, 5, 5, tzinfo=UTC))

        with pytest.raises(IntegrityError, match="the audit trail only grows"):
            run(statement.format("core_audit_default"))

        assert Audit.objects.filter(id=row.id).exists()

    @pytest.mark.parametrize(
        "change",
        [
            lambda row: row.save(),
            lambda row: row.delete(),
            lambda row: Audit.objects.all().delete(),
            lambda row: Audit.objects.update(verb="x"),
            lambda row: Audit.objects.bulk_update([row], ["verb"]),
        ],
        ids=["save", "delete", "delete all", "update", "bulk_update"],
    )
    def test_whatever_the_orm_asks(self, change):
        row = entry()

        with (
            pytest.raises(IntegrityError, match="the audit trail only grows"),
            transaction.atomic(),
        ):
            change(row)

        assert Audit.objects.get(id=row.id).verb == "lit"

    def test_takes_no_unknown_kind(self):
        with pytest.raises(IntegrityError, match="core_audit"), transaction.atomic():
            Audit.objects.create(kind="gossip", verb="lit", subject_type="lamps.lamp")


class TestMonths:
    def test_there_are_this_and_the_next_three(self):
        now = timezone.now()

        assert tables() == [
            *[f"core_audit_{partitions.month_start(now, ahead):%Y_%m}" for ahead in range(4)],
            "core_audit_default",
        ]

    def test_an_entry_lies_in_its_own(self):
        assert home_of(entry()) == THIS_MONTH

    @pytest.mark.parametrize("ahead", [0, 1, 2, 3])
    def test_bounds_are_the_first_milliseconds_of_months(self, ahead):
        first = partitions.month_start(timezone.now(), ahead)
        last = partitions.month_start(timezone.now(), ahead + 1) - timedelta(milliseconds=1)

        assert {home_of(entry(first)), home_of(entry(last))} == {f"core_audit_{first:%Y_%m}"}

    def test_a_year_has_twelve(self):
        december = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)

        assert [partitions.month_start(december, ahead) for ahead in (0, 1, 13)] == [
            datetime(2026, 12, 1, tzinfo=UTC),
            datetime(2027, 1, 1, tzinfo=UTC),
            datetime(2028, 1, 1, tzinfo=UTC),
        ]

    def test_an_id_range_reads_one_partition(self):
        start, end = (partitions.month_start(timezone.now(), ahead) for ahead in (1, 2))
        rows = Audit.objects.filter(
            id__gte=partitions.first_id(start), id__lt=partitions.first_id(end)
        )

        plan = rows.explain()

        assert f"core_audit_{start:%Y_%m}" in plan
        assert plan.count("core_audit_2") == plan.count(f"core_audit_{start:%Y_%m}")
        assert "core_audit_default" not in plan


class TestMaking:
    @pytest.fixture
    def later(self):
        return partitions.month_start(timezone.now(), 6)

    def test_makes_what_is_missing_and_nothing_twice(self, later):
        made = partitions.make_ahead(now=later)

        assert made == [f"core_audit_{partitions.month_start(later, n):%Y_%m}" for n in range(4)]
        assert partitions.make_ahead(now=later) == []
        assert set(made) < set(tables())

    def test_a_new_one_only_grows_too(self, later):
        (table, *_) = partitions.make_ahead(now=later)
        row = entry(later)

        assert home_of(row) == table
        for statement in ("UPDATE {} SET verb = 'x'", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(IntegrityError, match="the audit trail only grows"):
                run(statement.format(table))

    def test_a_month_without_room_is_kept_and_moves_in_later(self, later, caplog):
        stray = entry(later + timedelta(days=3))
        assert home_of(stray) == "core_audit_default"
        assert partitions.has_strays()

        partitions.make_ahead(now=later)

        assert home_of(stray) == f"core_audit_{later:%Y_%m}"
        assert not partitions.has_strays()
        assert "audit_entries_without_a_month" not in caplog.text
        with pytest.raises(IntegrityError, match="the audit trail only grows"):
            run("DELETE FROM core_audit")
        assert home_of(entry(datetime(2001, 5, 5, tzinfo=UTC))) == "core_audit_default"

    def test_what_stays_without_a_month_is_an_alarm(self, caplog):
        entry(datetime(2001, 5, 5, tzinfo=UTC))

        make_audit_partitions()

        (alarm,) = [line for line in caplog.records if line.name == "audit"]
        assert alarm.levelname == "ERROR"
        assert alarm.msg["event"] == "audit_entries_without_a_month"


@pytest.mark.django_db(transaction=True)
def test_simultaneous_tasks_make_each_month_once(at_once):
    later = partitions.month_start(NOW, 12)
    expected = [f"core_audit_{partitions.month_start(later, n):%Y_%m}" for n in range(4)]

    made = at_once(6, lambda _: partitions.make_ahead(now=later))
    there = tables()
    # Between tests rows go, tables stay.
    run(f"DROP TABLE {', '.join(expected)}")

    assert sorted(name for names in made for name in names) == expected
    assert set(expected) < set(there)


@pytest.mark.django_db(transaction=True)
def test_the_migration_goes_back_and_forth():
    call_command("migrate", "core", "0001", verbosity=0)
    with pytest.raises(DatabaseError):
        Audit.objects.exists()

    call_command("migrate", "core", verbosity=0)

    assert home_of(entry()) == THIS_MONTH
