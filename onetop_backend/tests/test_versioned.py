from __future__ import annotations

import pytest

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
        with pytest.raises(StaleVersion):
            versioned.save(mine, "title")

        assert again(mine).title == "Theirs"
