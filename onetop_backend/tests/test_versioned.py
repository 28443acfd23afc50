from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import versioned
from apps.core.errors import StaleVersion
from apps.jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db


def again(row):
    """Read a row anew, as another request would."""
    return type(row).objects.get(pk=row.pk)


class TestCheck:
    def test_asks_nothing_of_a_caller_who_names_no_version(self, company):
        job = JobFactory(company=company)

        versioned.check(job, None)
        versioned.check(job, 1)

    def test_refuses_a_version_that_is_gone(self, company):
        with pytest.raises(StaleVersion) as refused:
            versioned.check(JobFactory(company=company), 2)

        assert refused.value.context == {"version": 1}


class TestSave:
    def test_writes_the_named_fields_and_counts(self, company):
        job = JobFactory(company=company, title="Trước")
        before = job.updated_at
        job.title, job.description = "Sau", "nobody asked to write this"

        versioned.save(job, "title")

        row = again(job)
        assert (row.title, row.version, job.version) == ("Sau", 2, 2)
        assert row.description != "nobody asked to write this"
        assert row.updated_at > before

    def test_refuses_what_somebody_else_wrote_meanwhile(self, company):
        mine = JobFactory(company=company)
        theirs = again(mine)
        theirs.title = "Theirs"
        versioned.save(theirs, "title")

        mine.title = "Mine"
        with pytest.raises(StaleVersion) as refused:
            versioned.save(mine, "title")

        assert refused.value.context == {"version": 2}
        assert again(mine).title == "Theirs"


class TestEdit:
    @pytest.fixture
    def contested(self, company):
        """Give a service whose row somebody else changes after each time that it was read without a lock."""
        job, tries = JobFactory(company=company), []

        @versioned.edit
        def rename(*, title: str, version: int | None = None) -> None:
            with CaptureQueriesContext(connection) as asked:
                mine = versioned.find(type(job).objects.filter(pk=job.pk))
            assert mine is not None
            versioned.check(mine, version)
            is_locked = "FOR NO KEY UPDATE" in asked.captured_queries[0]["sql"]
            tries.append(is_locked)
            if not is_locked:
                theirs = again(job)
                theirs.description += "!"
                versioned.save(theirs, "description")
            mine.title = title
            versioned.save(mine, "title")

        return job, tries, rename

    @pytest.mark.parametrize("retries", [0, 1, 3])
    def test_is_tried_again_and_wins_by_a_lock_in_the_end(self, settings, contested, retries):
        settings.OPTIMISTIC_LOCK_MAX_RETRIES = retries
        job, tries, rename = contested

        rename(title="Mine")

        assert tries == [False] * retries + [True]
        # What the lost tries had done was undone with them.
        assert (again(job).title, again(job).description) == ("Mine", job.description)

    def test_is_not_tried_again_for_a_caller_who_names_a_version(self, contested):
        job, tries, rename = contested

        with pytest.raises(StaleVersion):
            rename(title="Mine", version=1)

        assert tries == [False]
        assert again(job).title == job.title

    def test_takes_the_lock_at_once_where_that_is_the_mode(self, settings, contested):
        settings.USE_OPTIMISTIC_LOCKING = False
        _, tries, rename = contested

        rename(title="Mine", version=1)

        assert tries == [True]
