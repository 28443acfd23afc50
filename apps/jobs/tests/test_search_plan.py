"""How the database answers a search among twenty thousand postings."""

from __future__ import annotations

import pytest
from django.db import connection

from apps.jobs.domain.criteria import JobCriteria
from apps.jobs.selectors import listed_jobs
from apps.jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db

ROWS = 20_000


@pytest.fixture
def _many(company):
    """Copy one posting into twenty thousand with words of their own, and let the planner look at them."""
    JobFactory(company=company, title="Kế toán trưởng")
    with connection.cursor() as cursor:
        columns = [
            name
            for name in [field.column for field in JobFactory._meta.model._meta.concrete_fields]
            if name not in {"id", "slug"}
        ]
        listed = ", ".join(columns)
        cursor.execute(
            f"INSERT INTO jobs_job (id, slug, {listed})"  # noqa: S608 - names of our own columns
            f" SELECT gen_random_uuid(), 'copy-' || n, {listed}"
            " FROM jobs_job, generate_series(1, %s) AS n",
            [ROWS],
        )
        cursor.execute(
            "INSERT INTO jobs_search_text (job_id, document, accented)"
            " SELECT id, words, words FROM (SELECT id,"
            " setweight(to_tsvector('simple', 'nhan vien ban hang ' || md5(slug)), 'A') AS words"
            " FROM jobs_job WHERE slug LIKE 'copy-%%') AS copies"
        )
        cursor.execute("ANALYZE jobs_job, jobs_search_text, companies_company, jobs_place")


@pytest.mark.usefixtures("_many")
def test_words_are_found_by_the_index(now):
    jobs = listed_jobs(viewer=None, criteria=JobCriteria(search="kế toán trưởng"), now=now)

    plan = jobs[:20].explain()

    assert "Bitmap Index Scan on jobs_search_text_document" in plan
    assert "Seq Scan on jobs_search_text" not in plan
    assert "Seq Scan on jobs_job" not in plan
    assert [job.title for job in jobs] == ["Kế toán trưởng"]


@pytest.mark.usefixtures("_many")
def test_the_newest_page_is_read_from_an_index(now):
    plan = listed_jobs(viewer=None, criteria=JobCriteria(), now=now)[:20].explain()

    assert "jobs_job_newest" in plan
    assert "Seq Scan on jobs_job" not in plan
