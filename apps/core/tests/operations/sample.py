"""A kind of operation for tests: what its work does is given by the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from apps.core import operations
from apps.core.errors import Conflict
from apps.core.files import CheckedFile, table
from apps.core.models import Operation
from apps.core.work import task


class LampStuck(Conflict):
    code = "lamp_stuck"
    # A text of the catalogue, so that it reads in every language.
    title = "The request is malformed"


def three_rows(run: operations.Run) -> Iterator[list[str]]:
    for number in range(3):
        run.progress(number, 3)
        yield [f"row {number}"]


def three_row_table(run: operations.Run) -> CheckedFile:
    return table(name="rows.csv", header=["row"], rows=three_rows(run))


script: list[Callable[[operations.Run], CheckedFile]] = []
"""What each attempt does, in turn; a table of three rows when it is empty."""

refusals: list[Exception] = []
"""Why the result may not be read any more."""


@task(queue="heavy_tasks", attempts=2, retry_after=60)
def produce(*, operation_id: str, **_: Any) -> None:
    operations.perform(UUID(operation_id), script.pop(0) if script else three_row_table)


def check(operation: Operation) -> None:
    if refusals:
        raise refusals[0]


KIND = operations.declare(
    operations.Kind(
        name="tests.sample",
        subject_type="lamp",
        task=f"{produce.__module__}.produce",
        check_result=check,
    )
)
