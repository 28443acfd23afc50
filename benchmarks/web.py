"""What a request costs the production web server: CPU of its worker, against ``/health/live/``.

``./run bench web`` prints milliseconds of CPU per request, requests per second and the 99th percentile of the latency,
all medians of interleaved rounds, and compares their ratios with the limits.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import redis

from benchmarks.rig import figures, load
from benchmarks.rig.figures import Limit, Sample
from benchmarks.rig.servers import Servers, WebServer, describe_machine
from onetop_backend.settings.stores import redis_database

LIVE, BARE = "/health/live/", "the same without middleware"
CACHED, UNCHANGED = "job detail, cached", "job detail, 304"
MADE, LISTED = "job detail, uncached", "list of 20, uncached"
MISSED, MISSED_LIST = "job detail, cache lost", "list of 20, cache lost"

LIMITS = (
    Limit("middleware", dividend=BARE, divisor=LIVE, at_least=0.5),
    Limit("cached detail", dividend=LIVE, divisor=CACHED, at_least=0.6),
    Limit("304", dividend=LIVE, divisor=UNCHANGED, at_least=0.8),
    Limit("uncached detail", dividend=LIVE, divisor=MADE, at_least=0.2),
    Limit("uncached list", dividend=LIVE, divisor=LISTED, at_least=0.1),
)
_CACHE_DATABASE = 1
_WARM_UP = 0.2
_PAGES = 50


@dataclass(frozen=True)
class Case:
    """What is asked for, of which server, and which status is the right one."""

    name: str
    server: WebServer
    status: int
    requests: Callable[[], Sequence[bytes]]
    """Made anew for each round: an ETag may have changed. None at all leaves the case out."""
    forget: Callable[[], object] | None = None


def main(arguments: Sequence[str]) -> int:
    """Measure, print and return 0, or 1 when a limit is missed."""
    options = _options(arguments)
    with Servers() as servers:
        jobs = servers.build_world()
        web = servers.start_web("web")
        bare = servers.start_web("bare", "benchmarks.rig.bare:application")
        uncached = servers.start_web("uncached", "benchmarks.rig.uncached:application")
        cases = _cases(web, bare, uncached, jobs, redis_url=servers.redis_url)
        for case in cases:
            _measure(case, seconds=_WARM_UP)
        rounds = [_round(cases, number, options.seconds) for number in range(options.rounds)]
        machine = describe_machine(servers.cores)
    margin = figures.SHORT_MARGIN if options.short else 1.0
    verdicts = figures.judge(LIMITS, rounds, margin=margin)
    report = {
        "machine": machine,
        "rounds": options.rounds,
        "seconds": options.seconds,
        "connections": load.CONNECTIONS,
        "margin": margin,
        "cases": [figures.summarise(case.name, rounds) for case in cases],
        "limits": verdicts,
    }
    print(json.dumps(report, indent=2, ensure_ascii=False) if options.json else _table(report))
    return 0 if all(verdict["tolerated"] for verdict in verdicts) else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench web", description=__doc__)
    parser.add_argument("--rounds", type=int, default=0, help="rounds; 9, or 3 with --short")
    parser.add_argument("--seconds", type=float, default=0, help="per case and round; 2, or 1")
    parser.add_argument("--short", action="store_true", help="under a minute, with wide margins")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (3 if options.short else 9)
    options.seconds = options.seconds or (1.0 if options.short else 2.0)
    return options


def _cases(
    web: WebServer, bare: WebServer, uncached: WebServer, jobs: Sequence[str], *, redis_url: str
) -> list[Case]:
    cache = redis.Redis.from_url(redis_database(redis_url, _CACHE_DATABASE))
    detail = f"/api/v1/jobs/{jobs[0]}/"

    def ask(path: str, server: WebServer = web, **headers: str) -> bytes:
        return load.request(path, server.port, **headers)

    def conditional() -> list[bytes]:
        _, head = load.fetch(ask(detail), web.port)
        tags = [
            line[5:].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"etag:")
        ]
        return [ask(detail, If_None_Match=tag.decode()) for tag in tags]

    def details(server: WebServer) -> list[bytes]:
        return [ask(f"/api/v1/jobs/{job}/", server) for job in jobs]

    def lists(server: WebServer) -> list[bytes]:
        return [ask(f"/api/v1/jobs/?page={page}", server) for page in range(1, _PAGES + 1)]

    return [
        Case(LIVE, web, 200, lambda: [ask(LIVE)]),
        Case(BARE, bare, 200, lambda: [ask(LIVE, bare)]),
        Case(CACHED, web, 200, lambda: [ask(detail)]),
        Case(UNCHANGED, web, 304, conditional),
        Case(MADE, uncached, 200, lambda: details(uncached)),
        Case(LISTED, uncached, 200, lambda: lists(uncached)),
        Case(MISSED, web, 200, lambda: details(web), forget=cache.flushdb),
        Case(MISSED_LIST, web, 200, lambda: lists(web), forget=cache.flushdb),
    ]


def _round(cases: Sequence[Case], number: int, seconds: float) -> Mapping[str, Sample]:
    """Measure every case once, each round beginning with another one."""
    start = number % len(cases)
    samples = {}
    for case in (*cases[start:], *cases[:start]):
        if sample := _measure(case, seconds=seconds):
            samples[case.name] = sample
    return samples


def _measure(case: Case, *, seconds: float) -> Sample | None:
    requests = case.requests()
    if not requests:
        return None
    port = case.server.port
    # What is cached is in the cache before the clock starts; what is not is forgotten again in the burst.
    load.fetch(requests[0], port)
    before = case.server.cpu_seconds()
    burst = load.burst(
        requests, port=port, expected=case.status, seconds=seconds, before_each_turn=case.forget
    )
    return Sample(case.server.cpu_seconds() - before, burst)


def _table(report: Mapping[str, Any]) -> str:
    machine = report["machine"]
    where = "web pinned to one core" if machine["pinned"] else "NOT pinned: there is one core"
    what = f"{report['rounds']} interleaved rounds of {report['seconds']:g} s a case"
    lines = [
        f"{what}, {report['connections']} connections; {where}; load average {machine['load']}",
        "",
        f"{'':<30}{'CPU ms/request':>15}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}",
    ]
    for case in filter(None, report["cases"]):
        lines.append(
            f"{case['name']:<30}{case['cpu_ms']:>15.3f}{case['requests_per_second']:>12.0f}"
            f"{case['p50_ms']:>9.2f}{case['p99_ms']:>9.2f}"
        )
    lines += ["", f"{'CPU of the yardstick ÷ CPU':<30}{'ratio':>15}{'at least':>12}"]
    for verdict in report["limits"]:
        ratio = "not measured" if verdict["ratio"] is None else f"{verdict['ratio']:.2f}"
        word = (
            ""
            if verdict["holds"]
            else "  missed"
            if not verdict["tolerated"]
            else "  missed, within the margin"
        )
        lines.append(f"{verdict['name']:<30}{ratio:>15}{verdict['limit']:>12g}{word}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
