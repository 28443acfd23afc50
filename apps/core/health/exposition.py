"""The metrics in Prometheus' text format. ``docs/metrics.md`` says what each means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from apps.core.health.gauges import Gauges
from apps.core.metrics import BUCKETS, Counts

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_EDGES = ["+Inf" if bound == float("inf") else str(bound) for bound in BUCKETS]
_MICRO = 1_000_000


def exposition(*, counts: Counts | None, gauges: Gauges) -> bytes:
    """Return the page; without counts (Redis is away) it has the gauges only."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Page(counts, gauges))
    return generate_latest(registry)


class _Page(Collector):
    def __init__(self, counts: Counts | None, gauges: Gauges) -> None:
        self._counts, self._gauges = counts, gauges

    def collect(self) -> Iterator[Metric]:
        if self._counts is not None:
            yield _requests(self._counts)
            yield from _tasks(self._counts)
            for kind, name, label, meaning in (
                ("problem", "onetop_problems", "code", "Refusals and defects, by their code."),
                ("throttled", "onetop_throttled", "scope", "Turns refused, by scope."),
                ("mail", "onetop_mails", "step", "Mails tried to deliver, and accepted."),
            ):
                counter = CounterMetricFamily(name, meaning, labels=[label])
                for names, number in sorted(self._counts.of(kind).items()):
                    counter.add_metric(names, number)
                yield counter
        yield from _stores(self._gauges)


def _requests(counts: Counts) -> HistogramMetricFamily:
    family = HistogramMetricFamily(
        "onetop_request_seconds",
        "Time to answer, by route pattern.",
        labels=["method", "route", "status"],
    )
    numbers = counts.of("request")
    for what in sorted({names[:-1] for names in numbers}):
        each = [numbers.get((*what, str(bound)), 0) for bound in BUCKETS]
        family.add_metric(
            what,
            buckets=list(zip(_EDGES, accumulate(each), strict=True)),
            sum_value=numbers.get((*what, "us"), 0) / _MICRO,
        )
    return family


def _tasks(counts: Counts) -> Iterator[Metric]:
    labels = ["queue", "task", "outcome"]
    runs = CounterMetricFamily(
        "onetop_task_runs", "Runs of tasks, by how they ended.", labels=labels
    )
    seconds = CounterMetricFamily("onetop_task_seconds", "Time that they took.", labels=labels)
    for (*what, unit), number in sorted(counts.of("task").items()):
        if unit == "n":
            runs.add_metric(what, number)
        else:
            seconds.add_metric(what, number / _MICRO)
    yield runs
    yield seconds


def _stores(gauges: Gauges) -> Iterator[Metric]:
    yield _gauge("onetop_up", "Whether a store answers.", "store", gauges.up.items())
    yield _gauge(
        "onetop_broker_messages",
        "Messages that no worker has taken.",
        "queue",
        gauges.messages.items(),
    )
    rows = GaugeMetricFamily(
        "onetop_outbox_rows", "Pieces of work, by what they wait for.", labels=["queue", "state"]
    )
    for queue, backlog in gauges.outbox.items():
        for state in ("waiting", "running", "retrying", "dead"):
            rows.add_metric([queue, state], getattr(backlog, state))
    yield rows
    yield _gauge(
        "onetop_outbox_oldest_due_seconds",
        "How long the longest waiting piece is overdue.",
        "queue",
        ((queue, backlog.oldest_due_seconds) for queue, backlog in gauges.outbox.items()),
    )


def _gauge(
    name: str, meaning: str, label: str, values: Iterable[tuple[str, float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for of, value in values:
        family.add_metric([of], value)
    return family
