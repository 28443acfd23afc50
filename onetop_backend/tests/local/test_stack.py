"""`./run` end to end: what it promises about one holder, restarts, stopping and leaving nothing behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

import psycopg
import pytest
import redis
from celery import Celery

from onetop_backend.celery import ANSWER
from onetop_backend.local.folders import foreign_entries
from onetop_backend.settings.queues import QUEUES
from onetop_backend.tests.local.conftest import Stack, eventually, make_stack
from onetop_backend.tests.local.doctoring import Report, copy_project

pytestmark = pytest.mark.slow


def broker_of(stack: Stack) -> Celery:
    # Not the current app: that one belongs to the tests of everybody else.
    broker = f"redis+socket://{stack.state}/run/valkey.sock?virtual_host=0"
    return Celery(broker=broker, set_as_current=False)


def cache_of(stack: Stack) -> redis.Redis:
    return redis.Redis(unix_socket_path=f"{stack.state}/run/valkey.sock", db=1)


def ask(stack: Stack, *, reply_to: str, after: float, queue: str) -> None:
    broker_of(stack).send_task(
        ANSWER,
        kwargs={"reply_to": reply_to, "after": after},
        queue=queue,
    )


@pytest.fixture(scope="class")
def running() -> Iterator[Stack]:
    """Give a stack in the background that was started from nothing."""
    stack = make_stack()
    try:
        started = stack.run("-d")
        assert started.returncode == 0, started.stdout + started.stderr
        stack.output.write_text(started.stdout)
        yield stack
    finally:
        stack.end()


@pytest.fixture(scope="class")
def second(running, tmp_path_factory) -> Iterator[Stack]:
    """Give a stack of another checkout that was started while the first one had the port that both want."""
    stack = make_stack()
    stack.root = copy_project(tmp_path_factory.mktemp("second"))
    stack.environment["ONETOP_PORT"] = str(running.port)
    try:
        started = stack.run("-d")
        assert started.returncode == 0, started.stdout + started.stderr
        stack.output.write_text(started.stdout)
        yield stack
    finally:
        stack.end()


class TestRunning:
    """Everything that can be asked of one running stack."""

    def test_the_table_tells_what_was_proven(self, running):
        table = running.said()
        assert "/health/ready/ answers 200 ok" in table
        assert "a task went through each of" in table
        assert "ping was answered by pong" in table
        assert "candidate@demo.onetop.vn" in table
        assert f"http://127.0.0.1:{running.port}/admin/" in table

    def test_every_child_runs(self, running):
        children = running.children()
        assert set(children) == {"postgres", "valkey", "web", "beat", "fast", "heavy"}
        assert {child["state"] for child in children.values()} == {"running"}

    def test_the_status_tells_no_secret(self, running):
        assert "environment" not in running.status()
        assert (running.state / "status.json").stat().st_mode & 0o077 == 0
        assert (running.state / "secrets" / "secret_key").stat().st_mode & 0o077 == 0

    def test_a_second_run_names_the_holder(self, running):
        second = running.run()
        holder = running.status()
        assert second.returncode == 1
        assert second.stdout == (
            f"onetop: `./run` is running already at {holder['url']} (pid {holder['pid']}); "
            "`./run stop` ends it\n"
        )

    def test_manage_works_on_the_running_stores(self, running):
        counted = running.run(
            "manage", "shell", "-v", "0", "-c",
            "from django.db import connection; print(connection.settings_dict['HOST'])",
        )  # fmt: skip
        assert counted.stdout.strip() == str(running.state / "run")

    def test_celery_asks_the_workers(self, running):
        asked = running.run("celery", "inspect", "active_queues", "--json")
        answers = json.loads(asked.stdout)
        queues = {queue["name"] for worker in answers.values() for queue in worker}
        assert set(answers) == {"fast@local", "heavy@local"}
        assert queues == set(QUEUES)

    def test_shell_works_on_the_running_stores(self, running):
        code = "from apps.jobs.models import Job; print(Job.__name__)"
        assert running.run("shell", "-v", "0", "-c", code).stdout == "Job\n"

    def test_reset_refuses_and_says_how_to_stop(self, running):
        refused = running.run("reset", "--yes")
        assert refused.returncode == 1
        assert "`./run stop` ends it" in refused.stderr
        assert running.is_ready()

    def test_everything_in_its_folder_is_known_to_reset(self, running):
        assert foreign_entries(running.state) == []

    def test_the_doctor_finds_nothing_wrong(self, running):
        report = Report(running)
        assert (report.status, report.bad()) == (0, [])
        texts = {one["text"] for one in report.checks}
        assert f"ready at {running.status()['url']}" in texts
        assert "6 processes run" in texts

    def test_its_processes_stay_within_the_reckoned_connections(self, running):
        url = f"postgresql://postgres@/onetop?host={running.state}/run"
        counted = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'onetop'"
        with (
            ThreadPoolExecutor(30) as readers,
            psycopg.connect(url, autocommit=True) as connection,
        ):
            address = f"{running.status()['url']}/api/v1/jobs/?search=lap+trinh"
            opened = [readers.submit(urlopen, f"{address}&page_size={n}") for n in range(1, 100)]
            assert {one.result().status for one in opened} == {200}
            row = connection.execute(counted).fetchone()
        assert row is not None
        # Ten threads answered, and each worker process has had a task of the proof.
        assert 10 <= row[0] <= 17

    def test_a_second_copy_takes_the_next_port(self, running, second):
        assert f"port {running.port} is busy, using {running.port + 1}" in second.said()
        assert second.status()["url"] == f"http://127.0.0.1:{running.port + 1}"
        assert {one.status()["state"] for one in (running, second)} == {"ready"}

    def test_a_second_copy_is_refused_the_redis_of_the_first(self, running, second):
        database = f"postgresql://postgres@/onetop?host={second.state}/run"
        third = make_stack()
        refused = third.run(
            REDIS_URL=f"unix://{running.state}/run/valkey.sock", DATABASE_URL=database
        )
        third.end()
        assert refused.returncode == 1
        assert "REDIS_URL: this server works for the database of another OneTop" in refused.stdout
        assert "name a Redis of its own" in refused.stdout

    def test_a_child_that_ends_again_and_again_ends_the_stack(self, second):
        """The second copy: the first one is asked by others meanwhile."""
        folder = second.state / "beat"
        shutil.rmtree(folder)
        folder.write_text("in the way")
        os.kill(second.children()["beat"]["pid"], signal.SIGKILL)
        eventually(lambda: second.children()["beat"]["failures"] >= 2)
        found = Report(second).of("stack", "wrong")
        assert re.match(r"beat ended [2-6] times in a row; .*Not a directory", found["text"])
        assert f"{second.state}/logs/beat.log" in found["fix"]

        eventually(lambda: second.status()["state"] == "stopped")
        said = (second.state / "logs" / "supervisor.log").read_text()
        assert said.count("beat is started again in") == 5
        last, _ = said.split(f"beat ended 6 times; its log is {second.state}/logs/beat.log")
        assert "Not a directory" in last.rpartition("its last lines:")[2]
        found = Report(second).of("stack", "warning")
        assert found["text"].startswith("the last ./run gave up: beat ended 6 times")

        folder.unlink()
        assert second.run("-d").returncode == 0
        assert Report(second).bad() == []

    @pytest.mark.parametrize("name", ["web", "fast", "heavy", "beat", "postgres", "valkey"])
    def test_a_killed_child_is_started_again(self, running, name):
        before = running.children()[name]
        os.kill(before["pid"], signal.SIGKILL)

        def after():
            child = running.children()[name]
            return child if child["state"] == "running" and child["pid"] != before["pid"] else None

        assert eventually(after)["restarts"] == before["restarts"] + 1
        proof = running.run("manage", "check_stack", "--url", running.status()["url"])
        assert proof.returncode == 0, proof.stdout + proof.stderr
        assert (
            f"{name} (pid {before['pid']}) was ended by SIGKILL"
            in (running.state / "logs" / "supervisor.log").read_text()
        )


def test_stop_leaves_nothing(stopped):
    assert stopped.run("-d").returncode == 0
    assert stopped.run("stop").stdout == "onetop: stopped\n"
    assert stopped.status() == {"state": "stopped"}
    eventually(lambda: not stopped.processes(), seconds=2)


def test_a_busy_port_is_reported_and_the_next_one_used(stopped):
    with socket.socket() as occupant:
        occupant.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        occupant.bind(("127.0.0.1", stopped.port))
        occupant.listen()
        stopped.start_ready()
    assert f"port {stopped.port} is busy, using {stopped.port + 1}" in stopped.said()
    with urlopen(f"http://127.0.0.1:{stopped.port + 1}/health/live/") as answer:
        assert answer.status == 200


def test_ctrl_c_loses_no_task(stopped):
    process = stopped.start_ready()
    for _ in range(40):
        ask(stopped, reply_to="short", after=0.2, queue="celery")
    # Longer than anybody waits at a stop: it is put back and taken up again.
    ask(stopped, reply_to="long", after=15, queue="heavy_tasks")
    eventually(lambda: cache_of(stopped).llen("short") > 2)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert stopped.processes() == []

    stopped.start_ready()
    answers = eventually(lambda: (n := cache_of(stopped).llen("short")) >= 40 and n)
    assert answers == 40
    assert eventually(lambda: cache_of(stopped).llen("long")) == 1


def test_a_killed_supervisor_leaves_no_process(stopped):
    process = stopped.start_ready()
    ask(stopped, reply_to="busy", after=60, queue="heavy_tasks")
    process.kill()
    process.wait()
    eventually(lambda: not stopped.processes(), seconds=20)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("child", ["postgres -D", "granian"])
def test_stopping_while_it_starts_leaves_no_process(stopped, number, child):
    process = stopped.start()
    eventually(lambda: child in " ".join(stopped.processes()))
    process.send_signal(number)
    process.wait(60)
    eventually(lambda: not stopped.processes(), seconds=20)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("DATABASE_URL", "postgresql://127.0.0.1:1/x"), ("REDIS_URL", "redis://127.0.0.1:1")],
)
def test_a_given_store_that_does_not_answer_ends_the_start(stopped, variable, value):
    refused = stopped.run(**{variable: value})
    assert refused.returncode == 1
    assert f"{variable}: " in refused.stdout
    assert "refused" in refused.stdout
    assert stopped.processes() == []


def test_a_setting_that_cannot_be_used_ends_the_start(stopped):
    refused = stopped.run(ONETOP_PROT="8000")
    assert refused.returncode == 1
    assert "ONETOP_PROT is not a variable of OneTop" in refused.stdout
    assert stopped.processes() == []
