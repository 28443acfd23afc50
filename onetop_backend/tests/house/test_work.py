"""Tasks, schedules and events: declared alike, routed where somebody listens."""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
import typing
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import models

from apps.core.events import registered_events, subscribers_of
from onetop_backend.celery import ANSWER, app
from onetop_backend.schedules import BEAT_SCHEDULE
from onetop_backend.settings.queues import WORKERS
from onetop_backend.tests.house.inventory import EVENTS, TASKS, is_keyword_only, parameters

app.loader.import_default_modules()
app.finalize()
REGISTERED: dict[str, Any] = app.tasks

PRIMITIVES = (UUID, str, int, bool, datetime, date, type(None))


class TestTasks:
    @pytest.mark.parametrize("name", sorted(TASKS))
    def test_run_on_a_queue_that_a_worker_consumes(self, name):
        assert TASKS[name].queue in {queue for queues in WORKERS.values() for queue in queues}

    @pytest.mark.parametrize("name", sorted(TASKS))
    def test_route_to_the_queue_that_they_claim(self, name):
        options = REGISTERED[name]._get_exec_options()

        assert app.amqp.router.route(options, name)["queue"].name == TASKS[name].queue

    @pytest.mark.parametrize("name", sorted(TASKS))
    def test_are_keyword_only_and_take_what_they_do_not_know(self, name):
        function = TASKS[name].run

        assert is_keyword_only(function)
        assert parameters(function)[-1].kind is inspect.Parameter.VAR_KEYWORD

    @pytest.mark.parametrize("name", sorted(TASKS))
    def test_keep_no_result(self, name):
        assert inspect.signature(TASKS[name].run).return_annotation in {"None", None}
        assert REGISTERED[name].ignore_result is True

    @pytest.mark.parametrize("name", sorted(TASKS))
    def test_outlive_neither_their_lease_nor_the_brokers_patience(self, name):
        task, spec = REGISTERED[name], TASKS[name]

        assert task.soft_time_limit < task.time_limit < spec.lease.total_seconds()
        assert task.time_limit < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]

    def test_stand_only_where_they_are_looked_for(self):
        ours = {name for name in REGISTERED if not name.startswith("celery.")}

        assert {name for name in ours if ".tests." not in name} == {*TASKS, ANSWER}

    def test_every_queue_has_one_kind_of_worker(self):
        consumed = [queue for queues in WORKERS.values() for queue in queues]

        assert len(consumed) == len(set(consumed))


class TestSchedules:
    def test_name_declared_tasks(self):
        assert {entry["task"] for entry in BEAT_SCHEDULE.values()} - set(TASKS) == set()

    def test_send_each_task_to_its_own_queue(self):
        assert {entry["task"]: entry["options"]["queue"] for entry in BEAT_SCHEDULE.values()} == {
            entry["task"]: TASKS[entry["task"]].queue for entry in BEAT_SCHEDULE.values()
        }


def is_primitive(hint: Any) -> bool:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return all(is_primitive(part) for part in typing.get_args(hint))
    return hint in PRIMITIVES or (
        inspect.isclass(hint) and issubclass(hint, StrEnum | models.TextChoices)
    )


class TestEvents:
    @pytest.mark.parametrize("event", EVENTS)
    def test_are_frozen_and_made_by_keyword(self, event):
        assert event.__dataclass_params__.frozen
        assert is_keyword_only(event)

    @pytest.mark.parametrize("event", EVENTS)
    def test_carry_plain_values_only(self, event):
        hints = typing.get_type_hints(event)

        assert [
            field.name for field in dataclasses.fields(event) if not is_primitive(hints[field.name])
        ] == []

    @pytest.mark.parametrize("event", EVENTS)
    def test_are_registered_under_their_names(self, event):
        app = event.__module__.split(".")[1]
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", event.__name__).lower()

        assert event.name == f"{app}.{words}"
        assert registered_events()[event.name] is event
        assert event.__module__.startswith(f"apps.{app}.events")

    @pytest.mark.parametrize("event", EVENTS)
    def test_have_a_subscriber(self, event):
        assert subscribers_of(event)

    def test_are_handled_in_handlers_only(self):
        paths = [path for event in EVENTS for path in subscribers_of(event)]

        assert [path for path in paths if not re.match(r"apps\.\w+\.handlers\.", path)] == []
