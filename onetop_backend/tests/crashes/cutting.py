"""Requests that end in the middle: in a process of its own, at any statement of their SQL and around each commit."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import psycopg
from django.db import OperationalError, connection, connections

_DIED = 9


@dataclass(frozen=True)
class Answer:
    """What a client got; a status of None is a connection that broke without any."""

    status: int | None
    body: bytes = b""
    moment: str = ""
    """Where the request was ended: a statement, or the side of a commit. Empty when it never got there."""


def die(_moment: str) -> NoReturn:
    """End the process as kill -9 does: nothing is cleaned up, nobody is told."""
    os._exit(_DIED)


def cut(moment: str) -> None:
    """Take the connection away from the process, as a failing database does; the process lives on."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [_backend()])
    if moment == _AFTER:
        raise OperationalError("the answer to COMMIT was lost")


def ended_at(number: int, end: Callable[[str], None], request: Callable[[], Any]) -> Answer:
    """Make a request in a child process and end it at its moment of this number; return what its client got."""
    connections.close_all()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _answer(writer, _Blade(number, end, writer), request)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = [json.loads(line) for line in pipe]
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in {0, _DIED}, told
    moment = next((line["moment"] for line in told if "moment" in line), "")
    none: dict[str, Any] = {"status": None, "body": ""}
    answer = next((line for line in told if "status" in line), none)
    return Answer(answer["status"], bytes.fromhex(answer["body"]), moment)


_BEFORE, _AFTER = "before COMMIT", "after COMMIT"


class _Blade:
    """Counts the moments of a request, and falls at one of them."""

    def __init__(self, number: int, end: Callable[[str], None], writer: int) -> None:
        self.left = number
        self.end = end
        self.writer = writer

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.pass_by(sql)
        return execute(sql, params, many, context)

    def pass_by(self, moment: str) -> None:
        self.left -= 1
        if self.left == 0:
            os.write(self.writer, json.dumps({"moment": moment[:300]}).encode() + b"\n")
            self.end(moment)


def _answer(writer: int, blade: _Blade, request: Callable[[], Any]) -> NoReturn:
    wrapper: Any = connection
    commit = wrapper._commit

    def watched_commit() -> None:
        blade.pass_by(_BEFORE)
        commit()
        blade.pass_by(_AFTER)

    wrapper._commit = watched_commit
    status = 1
    try:
        with connection.execute_wrapper(blade):
            answer = request()
        told = {"status": answer.status_code, "body": answer.content.hex()}
        os.write(writer, json.dumps(told).encode() + b"\n")
        status = 0
    finally:
        os._exit(status)


def _backend() -> int:
    raw: Any = connection.connection
    pid: int = raw.info.backend_pid
    return pid
