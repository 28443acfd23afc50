"""Log files that several processes write and turn over."""

from __future__ import annotations

import json
import logging
import logging.config
import multiprocessing
from pathlib import Path

import pytest

from apps.core.logs import files
from apps.core.logs.config import dict_config
from apps.core.logs.lines import write_line


def write_many(name: str, writer: int, lines: int, largest: int) -> None:
    """Write numbered lines, as one of several processes."""
    files.LARGEST = largest
    handler = files.SharedFileHandler(name)
    for number in range(lines):
        message = f"{writer}-{number}"
        handler.emit(logging.LogRecord("x", logging.INFO, "", 0, message, None, None))
    handler.close()


def test_processes_turn_over_together_and_lose_nothing(tmp_path):
    name = str(tmp_path / "logs" / "django.log")
    spawn = multiprocessing.get_context("fork")
    # 7,000 bytes in all, so none of eleven files is dropped.
    writers = [
        spawn.Process(target=write_many, args=(name, writer, 300, 1_000)) for writer in range(4)
    ]
    for process in writers:
        process.start()
    for process in writers:
        process.join()
    assert [process.exitcode for process in writers] == [0, 0, 0, 0]
    kept = sorted(Path(name).parent.glob("django.log*"))

    lines = [line for file in kept if file.suffix != ".lock" for line in file.read_text().split()]
    assert sorted(lines) == sorted(
        f"{writer}-{number}" for writer in range(4) for number in range(300)
    )
    assert len(kept) > 4


def test_the_last_ten_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 50)
    name = str(tmp_path / "django.log")
    write_many(name, 0, 400, 50)

    assert {file.name for file in tmp_path.iterdir()} == {
        "django.log", "django.log.lock", *(f"django.log.{number}" for number in range(1, 11)),
    }  # fmt: skip
    assert "0-399" in Path(name).read_text()


@pytest.fixture
def folder(tmp_path):
    """Give the folder of a configuration like the platform's with ``LOG_DIR``."""
    kept = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(dict_config(folder=str(tmp_path)))
    yield tmp_path
    for name in ("", "onetop.audit"):
        for handler in logging.getLogger(name).handlers:
            handler.close()
    audit = logging.getLogger("onetop.audit")
    audit.handlers, audit.propagate = [], True
    logging.root.handlers[:], level = kept
    logging.root.setLevel(level)


def test_the_audit_has_a_file_of_its_own(folder):
    write_line(logging.getLogger("onetop.audit"), logging.INFO, "audit", verb="published")
    write_line(logging.getLogger("onetop.request"), logging.INFO, "request", status=200)
    logging.getLogger("library").warning("careful")

    def lines(name: str) -> list[str]:
        return [json.loads(line)["event"] for line in (folder / name).read_text().splitlines()]

    assert lines("audit.log") == ["audit"]
    assert lines("django.log") == ["request", "careful"]
