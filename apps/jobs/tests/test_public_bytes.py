"""What anonymous readers get of postings, over real connections and a real Redis."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from django_redis import get_redis_connection

from apps.companies.services import companies
from apps.core.cache import store
from apps.core.models import Work
from apps.jobs.models import Job
from apps.jobs.services import publishing
from apps.jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db(transaction=True)

JOBS = "/api/v1/jobs/"


def address(job: Job) -> str:
    return f"{JOBS}{job.id}/"


def patch(api, recruiter, job: Job, **changes: Any) -> None:
    answer = api(as_=recruiter).patch(address(job), changes, "json")
    assert answer.status_code == 200, answer.content


@pytest.fixture
def job(company, recruiter) -> Job:
    return JobFactory(company=company, posted_by=recruiter, title="Kỹ sư cầu đường")


@pytest.fixture
def reader() -> Client:
    return Client(headers={"Accept-Language": "en"})


@contextmanager
def paused_redis() -> Iterator[None]:
    pid = get_redis_connection("public").info("server")["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
        time.sleep(store.PAUSE)


class TestReading:
    def test_a_second_reader_costs_no_query(self, reader, job, queries):
        for path in (address(job), f"{JOBS}{job.slug}/", JOBS, f"{JOBS}search/?q=cau+duong"):
            first = reader.get(path)
            with queries(0):
                second = reader.get(path)

            assert first.status_code == second.status_code == 200
            assert second.content == first.content
            assert second.headers["ETag"] == first.headers["ETag"]

    def test_says_how_to_keep_it(self, reader, job):
        for path in (address(job), JOBS):
            for _ in range(2):
                answer = reader.get(path)

                assert answer.headers["Cache-Control"] == "no-cache"
                vary = answer.headers["Vary"].split(", ")
                assert vary[:3] == ["Authorization", "Cookie", "Accept-Language"]
                assert answer.headers["Content-Type"] == "application/json"
                assert answer.headers["ETag"].startswith('"')

    def test_who_has_it_is_told_so_without_a_query(self, reader, job, queries):
        etag = reader.get(address(job)).headers["ETag"]

        for held in (etag, f'"other", W/{etag}', "*"):
            with queries(0):
                answer = reader.get(address(job), headers={"If-None-Match": held})

            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["ETag"] == etag
        assert reader.get(address(job), headers={"If-None-Match": '"x"'}).status_code == 200

    def test_an_unchanged_answer_keeps_its_etag_when_redis_was_emptied(self, reader, job):
        etag = reader.get(JOBS).headers["ETag"]
        get_redis_connection("public").flushall()

        assert reader.get(JOBS, headers={"If-None-Match": etag}).status_code == 304

    def test_a_change_changes_the_etag(self, reader, api, recruiter, job):
        etag = reader.get(address(job)).headers["ETag"]
        patch(api, recruiter, job, benefits="Nhà ở.")

        answer = reader.get(address(job), headers={"If-None-Match": etag})

        assert answer.status_code == 200
        assert answer.json()["benefits"] == "Nhà ở."

    def test_who_signs_in_never_gets_it(self, reader, api, recruiter, job):
        reader.get(address(job))

        answer = api(as_=recruiter).get(address(job))

        assert answer.json()["allowed_actions"] == ["edit", "close", "delete"]
        assert answer.headers["Cache-Control"].startswith("private")
        assert "Authorization" in answer.headers["Vary"]
        assert reader.get(address(job)).json()["allowed_actions"] == []

    def test_a_dead_token_is_refused_beside_it(self, reader, job):
        reader.get(address(job))

        answer = reader.get(address(job), headers={"Authorization": "Bearer dead"})

        assert answer.status_code == 401
        assert reader.get(address(job)).status_code == 200

    def test_a_session_cookie_is_not_answered_with_it(self, reader, job, queries):
        reader.get(address(job))
        reader.cookies["sessionid"] = "whoever"

        with pytest.raises(AssertionError), queries(0):
            reader.get(address(job))

    def test_each_language_has_its_own(self, reader):
        labels = {
            language: reader.get("/api/v1/config/", headers={"Accept-Language": language}).json()[
                "job_types"
            ][0]["label"]
            for language in ("vi", "en", "vi", "en")
        }

        assert labels == {"vi": "toàn thời gian", "en": "full time"}

    def test_the_order_of_parameters_says_nothing(self, reader, job, queries):
        first = reader.get(f"{JOBS}?page_size=5&job_type=FULL_TIME")

        with queries(0):
            second = reader.get(f"{JOBS}?job_type=FULL_TIME&page_size=5")

        assert second.content == first.content

    def test_the_order_of_one_parameters_values_does(self, reader, company):
        JobFactory.create_batch(3, company=company)

        pages = [
            reader.get(f"{JOBS}?page_size=2&page={first}&page={second}").json()["results"]
            for first, second in ((1, 2), (2, 1))
        ]

        assert [len(page) for page in pages] == [1, 2]

    def test_links_are_of_the_host_that_was_asked(self, reader, company):
        JobFactory.create_batch(2, company=company)

        links = [
            reader.get(f"{JOBS}?page_size=1", headers={"Host": host}).json()["next"]
            for host in ("localhost", "127.0.0.1")
        ]

        assert [link.split("/")[2] for link in links] == ["localhost", "127.0.0.1"]

    def test_a_head_is_a_get_without_its_body(self, reader, job):
        shown = reader.get(address(job))
        head = reader.head(address(job))

        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["ETag"] == shown.headers["ETag"]
        assert head.headers["Content-Length"] == str(len(shown.content))

    def test_refusals_are_not_kept(self, reader, job):
        for _ in range(2):
            assert reader.get(f"{JOBS}?colour=red").json()["code"] == "invalid_input"
            assert reader.get(f"{JOBS}?mine=true").status_code == 401
            missing = reader.get(f"{JOBS}no-such-posting/")
            assert missing.status_code == 404
            assert "ETag" not in missing.headers
            assert missing.headers["Cache-Control"] == "no-cache"


class TestEnding:
    def test_what_expires_is_gone_that_moment(self, reader, job):
        end = timezone.now() + timedelta(seconds=1)
        Job.objects.update(expires_at=end)
        assert reader.get(address(job)).status_code == 200
        assert reader.get(JOBS).json()["count"] == 1

        while timezone.now() <= end:
            time.sleep(0.05)

        assert reader.get(address(job)).status_code == 404
        assert reader.get(JOBS).json()["count"] == 0

    def test_what_grows_too_old_leaves_its_list(self, reader, job):
        leaves = timezone.now() + timedelta(seconds=1)
        Job.objects.update(published_at=leaves - timedelta(days=7))
        assert reader.get(f"{JOBS}?posted_within=7").json()["count"] == 1

        while timezone.now() <= leaves:
            time.sleep(0.05)

        assert reader.get(f"{JOBS}?posted_within=7").json()["count"] == 0
        assert reader.get(f"{JOBS}?posted_within=8").json()["count"] == 1


class TestWriting:
    def test_a_closed_posting_is_gone_at_the_next_request(self, reader, api, recruiter, job):
        reader.get(address(job))
        reader.get(JOBS)

        api(as_=recruiter).post(f"{address(job)}close/")

        assert reader.get(address(job)).status_code == 404
        assert reader.get(JOBS).json()["count"] == 0

    def test_a_deleted_posting_is_gone_and_a_restored_one_back(
        self, reader, api, recruiter, staff, job
    ):
        reader.get(f"{JOBS}{job.slug}/")
        api(as_=recruiter).delete(address(job))
        assert reader.get(f"{JOBS}{job.slug}/").status_code == 404

        publishing.restore_job(actor=staff, job_id=job.id)

        assert reader.get(f"{JOBS}{job.slug}/").status_code == 200

    def test_a_renamed_company_is_renamed_on_its_postings(self, reader, recruiter, company, job):
        reader.get(address(job))
        reader.get(JOBS)

        companies.update_company(
            actor=recruiter, company_id=company.id, changes={"name": "Tên Mới"}, now=timezone.now()
        )

        assert reader.get(address(job)).json()["company"]["name"] == "Tên Mới"
        assert reader.get(JOBS).json()["results"][0]["company"]["name"] == "Tên Mới"

    def test_another_posting_keeps_its_bytes(self, reader, api, recruiter, company, job, queries):
        other = JobFactory(company=company)
        reader.get(address(other))

        patch(api, recruiter, job, benefits="Nhà ở.")

        with queries(0):
            reader.get(address(other))

    def test_a_writer_that_dies_after_its_commit_is_heard_through_the_outbox(
        self, reader, api, recruiter, job, work, monkeypatch
    ):
        reader.get(address(job))
        with monkeypatch.context() as dying:
            dying.setattr("apps.core.cache.tokens._drop_now", lambda names: None)
            patch(api, recruiter, job, benefits="Nhà ở.")
        work.run()

        assert reader.get(address(job)).json()["benefits"] == "Nhà ở."
        assert not Work.objects.exists()


class TestRaces:
    def test_a_reader_overtaken_by_a_writer_leaves_nothing_old(self, reader, api, recruiter, job):
        """The reader has its tokens and its row, then the writer is answered, then the reader keeps its bytes."""
        has_read, may_go_on = Event(), Event()
        old = []

        def pause(execute, sql, params, many, context):
            result = execute(sql, params, many, context)
            if "jobs_place" in sql:
                has_read.set()
                assert may_go_on.wait(20)
            return result

        def read() -> None:
            with connection.execute_wrapper(pause):
                old.append(Client().get(address(job)).json())
            connections.close_all()

        overtaken = Thread(target=read)
        overtaken.start()
        assert has_read.wait(20)
        patch(api, recruiter, job, title="Kỹ sư trưởng")
        may_go_on.set()
        overtaken.join()

        assert old[0]["title"] == "Kỹ sư cầu đường"
        assert reader.get(address(job)).json()["title"] == "Kỹ sư trưởng"

    def test_many_readers_of_a_cold_posting_ask_once(self, job):
        readers = 50
        asked: list[str] = []
        start = Barrier(readers)
        answers: list[bytes] = []

        def note(execute, sql, params, many, context):
            asked.append(sql)
            return execute(sql, params, many, context)

        def read() -> None:
            client = Client()
            start.wait(60)
            with connection.execute_wrapper(note):
                answers.append(client.get(address(job)).content)
            connections.close_all()

        threads = [Thread(target=read) for _ in range(readers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(answers) == readers
        assert len(set(answers)) == 1
        assert len(asked) == 1, asked

    def test_who_dies_making_an_answer_does_not_hold_up_the_others(self, reader, job):
        reader.get(address(job))
        redis = get_redis_connection("public")
        entry = next(iter(redis.keys(f"{store.PREFIX}body:*"))).decode().rpartition(":")[2]
        redis.delete(*redis.keys(f"{store.PREFIX}body:*"))
        redis.set(f"{store.PREFIX}flight:{entry}", "somebody who died", px=500)

        assert reader.get(address(job)).status_code == 200
        assert redis.keys(f"{store.PREFIX}flight:*") == []


class TestWithoutRedis:
    def test_readers_are_answered_from_the_database(self, reader, api, recruiter, job):
        reader.get(address(job))
        etag = reader.get(JOBS).headers["ETag"]
        with paused_redis():
            Job.objects.update(title="Kỹ sư trưởng")

            assert reader.get(address(job)).json()["title"] == "Kỹ sư trưởng"
            answer = reader.get(JOBS, headers={"If-None-Match": etag})

            assert answer.status_code == 200
            assert answer.headers["ETag"] != etag

    def test_a_change_meanwhile_is_seen_once_its_row_is_done(
        self, reader, api, recruiter, job, work
    ):
        reader.get(address(job))
        with paused_redis():
            patch(api, recruiter, job, title="Kỹ sư trưởng")
        work.run()

        assert reader.get(address(job)).json()["title"] == "Kỹ sư trưởng"

    def test_only_the_newest_answers_are_kept(self, reader, job, monkeypatch):
        monkeypatch.setattr("apps.core.cache.answers.MOST_ANSWERS", 3)
        for size in range(1, 6):
            reader.get(f"{JOBS}?page_size={size}")

        redis = get_redis_connection("public")
        assert len(redis.keys(f"{store.PREFIX}body:*")) == 3
        assert redis.zcard(f"{store.PREFIX}bodies") == 3
