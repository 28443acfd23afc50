from __future__ import annotations

import io
import json
import logging
import logging.config
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import structlog

from apps.core import logs
from apps.core.logs.config import dict_config
from apps.core.logs.lines import write_line


@dataclass
class Written:
    """What was written so far, one entry a line."""

    configure: Callable[..., None]
    stream: io.StringIO

    def __call__(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def written():
    """Give the lines that a configuration like the platform's writes, as they are read back."""
    stream = io.StringIO()
    kept = logging.root.handlers[:], logging.root.level

    def configure(**options: Any) -> None:
        config = dict_config(**options)
        config["handlers"]["stream"]["stream"] = stream
        logging.config.dictConfig(config)

    configure()
    logs.clear()
    yield Written(configure, stream)
    logs.clear()
    logging.root.handlers[:], level = kept
    logging.root.setLevel(level)


def fall() -> None:
    try:
        dict[str, str]()["an@example.vn"]
    except KeyError as error:
        raise ValueError("Key (email)=(an@example.vn)") from error


class TestLines:
    def test_ours_are_json_with_what_is_bound(self, written):
        logs.bind(request_id="r-1", actor_id="a-1")
        structlog.stdlib.get_logger("onetop.test").info("đã gửi", count=2)
        (line,) = written()
        assert line.pop("timestamp").endswith("Z")
        assert line == {
            "event": "đã gửi",
            "count": 2,
            "request_id": "r-1",
            "actor_id": "a-1",
            "logger": "onetop.test",
            "level": "info",
        }

    def test_finished_ones_look_the_same(self, written):
        logs.bind(request_id="r-1")
        write_line(logging.getLogger("onetop.test"), logging.INFO, "đã gửi", count=2)
        structlog.stdlib.get_logger("onetop.test").info("đã gửi", count=2)
        finished, other = written()
        for line in (finished, other):
            assert re.fullmatch(r"[\d-]{10}T[\d:]{8}\.\d{6}Z", line.pop("timestamp"))
        assert finished == other

    def test_finished_ones_below_the_level_are_silent(self, written):
        written.configure(level="WARNING")
        write_line(logging.getLogger("onetop.test"), logging.INFO, "x")
        assert written() == []

    def test_libraries_are_written_alike(self, written):
        logs.bind(request_id="r-1")
        logging.getLogger("library").warning("%s of %s\nsecond line", 1, 2)
        (line,) = written()
        assert line["event"] == "1 of 2\nsecond line"
        assert (line["logger"], line["level"], line["request_id"]) == ("library", "warning", "r-1")

    def test_a_value_without_json_form_is_written_as_text(self, written):
        structlog.stdlib.get_logger("onetop.test").info("x", value=object)
        assert written()[0]["value"] == "<class 'object'>"

    def test_levels_below_the_chosen_one_are_silent(self, written):
        written.configure(level="WARNING")
        logging.getLogger("library").info("x")
        assert written() == []

    def test_a_request_that_a_library_attaches_is_dropped(self, written):
        logging.getLogger("library").error("x", extra={"request": "GET /reset/token"})
        assert "token" not in json.dumps(written())

    def test_django_repeats_no_request_but_tells_of_exceptions(self, written):
        django = logging.getLogger("django.request")
        django.warning("Not Found: /reset/token/")
        django.error("Bad Gateway: /reset/token/")
        assert written() == []
        django.error("Internal Server Error: /reset/token/", exc_info=ValueError())
        (line,) = written()
        assert line["event"] == "unhandled"
        assert "token" not in json.dumps(line)

    @pytest.mark.parametrize("kind", ["csrf", "DisallowedHost"])
    def test_what_django_refuses_is_told_without_what_was_asked(self, written, kind):
        logging.getLogger(f"django.security.{kind}").warning("Forbidden: /reset/token/")
        (line,) = written()
        assert (line["event"], line["logger"]) == ("refused", f"django.security.{kind}")
        assert "token" not in json.dumps(line)

    def test_celery_repeats_no_exception_in_its_words(self, written):
        trace = logging.getLogger("celery.app.trace")
        trace.info("Task x succeeded: 'an@example.vn'")
        trace.error(
            "Task x raised: ValueError('an@example.vn')", exc_info=ValueError("an@example.vn")
        )
        (line,) = written()
        assert (line["event"], line["exception"][0]["type"]) == ("unhandled", "builtins.ValueError")
        assert "example" not in json.dumps(line)


class TestExceptions:
    @pytest.mark.parametrize("how", ["library", "ours", "given"])
    def test_are_told_by_type_and_place_without_their_words(self, written, how):
        try:
            fall()
        except ValueError as error:
            if how == "library":
                logging.getLogger("library").exception("failed")
            elif how == "ours":
                structlog.stdlib.get_logger("onetop.test").exception("failed")
            else:
                structlog.stdlib.get_logger("onetop.test").error("failed", exc_info=error)
        (line,) = written()
        assert [link["type"] for link in line["exception"]] == [
            "builtins.ValueError",
            "builtins.KeyError",
        ]
        assert line["exception"][0]["frames"][-1].endswith(" fall")
        assert "an@example.vn" not in json.dumps(line)

    def test_show_their_words_on_a_developers_machine(self, written):
        written.configure(exception_messages=True)
        try:
            fall()
        except ValueError:
            logging.getLogger("library").exception("failed")
        assert written()[0]["exception"][0]["message"] == "Key (email)=(an@example.vn)"

    def test_that_hide_their_cause_are_told_alone(self, written):
        try:
            try:
                fall()
            except ValueError:
                raise TypeError from None
        except TypeError:
            logging.getLogger("library").exception("failed")
        assert [link["type"] for link in written()[0]["exception"]] == ["builtins.TypeError"]

    def test_none_is_no_matter(self, written):
        nothing: Any = {"exc_info": True}
        logging.getLogger("library").error("x", **nothing)
        structlog.stdlib.get_logger("onetop.test").error("y", **nothing)
        assert len(written()) == 2
        assert all("exception" not in line for line in written())
