"""Declaring tasks: the queue, the limits and the number of attempts stand beside the function."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from celery import shared_task

from apps.core.work import outbox, told
from apps.core.work.specs import TaskSpec, declare

F = TypeVar("F", bound=Callable[..., None])


def task(
    *,
    queue: str,
    soft_limit: int = 20,
    hard_limit: int = 25,
    lease: int | None = None,
    attempts: int = 5,
    retry_after: int = 10,
) -> Callable[[F], F]:
    """Register a function as a task under its module path; limits, lease and ``retry_after`` are seconds.

    The function takes keywords only and ends with ``**_``, so that an older worker survives a newer caller.
    """

    def register(function: F) -> F:
        name = f"{function.__module__}.{function.__name__}"
        spec = TaskSpec(
            name=name,
            run=function,
            queue=queue,
            hard_limit=hard_limit,
            lease=timedelta(seconds=hard_limit + 5 if lease is None else lease),
            attempts=attempts,
            retry_after=timedelta(seconds=retry_after),
        )
        if spec.lease <= timedelta(seconds=hard_limit):
            raise ValueError(f"the lease of {name} must outlive its hard limit")

        def perform(*, work_id: str | None = None, **arguments: Any) -> None:
            if work_id is None:
                with told.running(name, queue=queue):
                    function(**arguments)
            elif not outbox.execute(UUID(work_id)):
                told.skipped(name, queue=queue)

        shared_task(
            name=name,
            soft_time_limit=soft_limit,
            time_limit=hard_limit,
            acks_late=True,
            reject_on_worker_lost=True,
            ignore_result=True,
        )(perform)
        declare(spec)
        return function

    return register
