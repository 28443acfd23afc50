"""The import contracts of the house, generated because they are long and regular.

``python -m onetop_backend.tests.house.contracts --write`` writes ``.importlinter``; a test asserts
that the committed file is what this module makes. A new app enters by its place in ``APPS``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FILE = ".importlinter"

APPS: tuple[str, ...] = (
    "notifications",
    "scrapers",
    "chats",
    "applications",
    "grading",
    "jobs",
    "resumes",
    "payments",
    "companies",
    "users",
    "core",
)
"""Every app of the plan, top first: one may import what stands below it, never the reverse."""

ROOMS: tuple[str, ...] = (
    "tests",
    "apps | migrations | demo",
    "routing",
    "api | consumers | admin | tasks | handlers | management",
    "presenters",
    "services",
    "locks",
    "selectors",
    "integrations | search",
    "documents",
    "models",
    "domain",
    "events",
    "errors",
    "enums",
)
"""The rooms of every app but core, top first; those beside each other never import one another.

Tests stand above the rest because the demo world and migrations are tested too.
"""

CORE_ROOMS: tuple[str, ...] = (
    "tests",
    "apps | migrations",
    "api | admin | tasks | handlers | management | health",
    "realtime",
    "operations",
    "mail | files | tickets | idempotency",
    "cache | throttle",
    "relay",
    "events",
    "work",
    "audit",
    "logs",
    "metrics",
    "clients",
    "versioned",
    "models",
    "wording | json | compiled",
    "demo | ids | state | text | enums",
    "errors",
)
"""Core's own rooms, top first."""

DOORS: tuple[str, ...] = ("services", "selectors", "events", "errors", "enums")
BELOW_TRANSPORT: tuple[str, ...] = (*DOORS, "locks", "models", "domain")
TRANSPORT: tuple[str, ...] = ("rest_framework", "channels", "celery")
PURE_CORE: tuple[str, ...] = ("errors", "state", "money", "text")


def existing_apps(root: Path) -> list[str]:
    """Return the apps that are there, in the order of the house.

    :raises ValueError: a package under ``apps`` has no place in the order
    """
    there = {path.parent.name for path in (root / "apps").glob("*/__init__.py")}
    if strangers := there - set(APPS):
        raise ValueError(f"apps without a place in the order: {sorted(strangers)}")
    return [app for app in APPS if app in there]


def generate(root: Path = ROOT) -> str:
    """Return the text of ``.importlinter`` for the apps under ``root``."""
    apps = existing_apps(root)
    domain_apps = [app for app in apps if app != "core"]
    blocks = [
        _header(),
        _contract(
            "root",
            "Apps do not know who composes them",
            "layers",
            layers=["onetop_backend", "apps"],
        ),
        _contract(
            "order",
            "Apps import downwards only",
            "layers",
            containers=["apps"],
            layers=apps,
            exhaustive="True",
        ),
        _contract(
            "rooms",
            "Rooms inside an app import downwards only",
            "layers",
            containers=[f"apps.{app}" for app in domain_apps],
            layers=[_optional(room) for room in ROOMS],
            exhaustive="True",
        ),
        _contract(
            "core-rooms",
            "Rooms inside core import downwards only",
            "layers",
            containers=["apps.core"],
            layers=[_optional(room) for room in CORE_ROOMS],
            exhaustive="True",
        ),
        *(_doors(app, above=domain_apps[: domain_apps.index(app)]) for app in domain_apps),
        _contract(
            "transport",
            "Rules know no transport",
            "forbidden",
            source_modules=[f"apps.*.{room}" for room in BELOW_TRANSPORT],
            forbidden_modules=TRANSPORT,
            allow_indirect_imports="True",
        ),
        _contract(
            "domain",
            "The domain is pure",
            "forbidden",
            source_modules=["apps.*.domain"],
            forbidden_modules=[
                "django",
                "apps.core.*",
                *(f"apps.*.{room}" for room in ("services", "locks", "selectors", "models")),
            ],
            ignore_imports=[f"** -> apps.core.{room}" for room in PURE_CORE],
            unmatched_ignore_imports_alerting="none",
            allow_indirect_imports="True",
        ),
        _contract(
            "pure-core",
            "What the domain may use of core is pure too",
            "forbidden",
            source_modules=[f"apps.core.{room}" for room in PURE_CORE if _is_room(root, room)],
            forbidden_modules=["django", *TRANSPORT],
            allow_indirect_imports="True",
        ),
        _contract(
            "celery",
            "Only tasks, the outbox and the composition root know Celery",
            "protected",
            protected_modules=["celery"],
            allowed_importers=[
                "apps.*.tasks",
                "apps.core.work",
                "apps.*.tests",
                "onetop_backend",
            ],
        ),
        _contract(
            "redis",
            "Only the kernel and the composition root talk to Redis",
            "protected",
            protected_modules=["redis", "django_redis"],
            allowed_importers=["apps.core", "apps.*.tests", "onetop_backend"],
        ),
    ]
    return "\n".join(blocks)


def _header() -> str:
    return (
        "# Made by `python -m onetop_backend.tests.house.contracts --write`; edit that module.\n"
        "[importlinter]\n"
        "root_packages =\n"
        "    apps\n"
        "    onetop_backend\n"
        "include_external_packages = True\n"
        "exclude_type_checking_imports = True\n"
    )


def _contract(key: str, name: str, kind: str, **options: Sequence[str] | str) -> str:
    lines = [f"[importlinter:contract:{key}]", f"name = {name}", f"type = {kind}"]
    for option, value in options.items():
        if isinstance(value, str):
            lines.append(f"{option} = {value}")
        else:
            lines.append(f"{option} =")
            lines.extend(f"    {item}" for item in value)
    return "\n".join(lines) + "\n"


def _optional(layer: str) -> str:
    joint = " : " if ":" in layer else " | "
    return joint.join(f"({room.strip()})" for room in layer.replace(":", "|").split("|"))


def _doors(app: str, *, above: Sequence[str]) -> str:
    inside = f"apps.{app}"
    open_to_all = [
        target for door in DOORS for target in (f"{inside}.{door}", f"{inside}.{door}.**")
    ]
    presenters = (f"{inside}.presenters", f"{inside}.presenters.**")
    return _contract(
        f"doors-{app}",
        f"{app} is entered by its doors",
        "protected",
        protected_modules=[f"{inside}.*"],
        allowed_importers=[inside],
        ignore_imports=[
            *(f"** -> {target}" for target in open_to_all),
            *_ways(
                [*(f"apps.{higher}.presenters" for higher in above), "onetop_backend.api"],
                presenters,
            ),
            f"onetop_backend.urls -> {inside}.api.urls",
            f"onetop_backend.routing -> {inside}.routing",
            f"onetop_backend.local.** -> {inside}.demo",
            *(f"apps.{higher}.tests.** -> {inside}.tests.factories" for higher in above),
            f"onetop_backend.tests.** -> {inside}.tests.factories",
        ],
        unmatched_ignore_imports_alerting="none",
    )


def _ways(importers: Iterable[str], targets: Sequence[str]) -> Iterator[str]:
    for importer in importers:
        for target in targets:
            yield f"{importer} -> {target}"
            yield f"{importer}.** -> {target}"


def _is_room(root: Path, room: str) -> bool:
    core = root / "apps" / "core"
    return (core / f"{room}.py").is_file() or (core / room / "__init__.py").is_file()


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        (ROOT / FILE).write_text(generate())
    else:
        sys.stdout.write(generate())
