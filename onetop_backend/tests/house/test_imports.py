"""The import contracts hold, and each of them breaks when it should."""

from __future__ import annotations

import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from onetop_backend.tests.house import contracts

LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"

TOY: dict[str, str] = {
    "onetop_backend/urls.py": "import apps.jobs.api.urls",
    "onetop_backend/api/views.py": "import apps.jobs.presenters, apps.jobs.selectors",
    "apps/core/errors.py": "",
    "apps/core/work/outbox.py": "import celery, apps.core.errors",
    "apps/core/tickets.py": "import redis, django_redis",
    "apps/core/models/base.py": "import django.db",
    "apps/users/models.py": "import apps.core.models.base",
    "apps/users/selectors.py": "import apps.users.models",
    "apps/users/presenters.py": "",
    "apps/users/tests/factories.py": "import apps.users.models",
    "apps/jobs/enums.py": "",
    "apps/jobs/domain/lifecycle.py": "import apps.core.errors, apps.jobs.enums",
    "apps/jobs/models.py": "import apps.jobs.enums, apps.core.models.base",
    "apps/jobs/selectors.py": "import apps.jobs.models, apps.users.selectors",
    "apps/jobs/services.py": "import apps.jobs.selectors, apps.jobs.domain.lifecycle",
    "apps/jobs/presenters.py": "import apps.users.presenters",
    "apps/jobs/api/urls.py": "import rest_framework, apps.jobs.services, apps.jobs.presenters",
    "apps/jobs/tasks.py": "import apps.jobs.services, celery",
    "apps/jobs/tests/test_jobs.py": "import apps.users.tests.factories, apps.jobs.api.urls",
}

FAULTS: tuple[tuple[str, str, str], ...] = (
    # importer, imported, the contract that refuses it
    ("apps.jobs.selectors", "onetop_backend.urls", "root"),
    ("apps.users.selectors", "apps.jobs.enums", "order"),
    ("apps.jobs.selectors", "apps.jobs.services", "rooms"),
    ("apps.jobs.api.urls", "apps.jobs.tasks", "rooms"),
    ("apps.core.models.base", "apps.core.work.outbox", "core-rooms"),
    ("apps.jobs.services", "apps.users.models", "doors-users"),
    ("apps.jobs.tests.test_jobs", "apps.users.models", "doors-users"),
    ("apps.jobs.services", "apps.users.presenters", "doors-users"),
    ("onetop_backend.api.views", "apps.jobs.models", "doors-jobs"),
    ("apps.jobs.services", "rest_framework", "transport"),
    ("apps.jobs.selectors", "channels", "transport"),
    ("apps.jobs.domain.lifecycle", "django", "domain"),
    ("apps.jobs.domain.lifecycle", "apps.core.work.outbox", "domain"),
    ("apps.jobs.domain.lifecycle", "apps.users.selectors", "domain"),
    ("apps.core.errors", "django", "pure-core"),
    ("apps.jobs.api.urls", "celery", "celery"),
    ("apps.jobs.selectors", "redis", "redis"),
)


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=root,
        env={"PYTHONPATH": str(root), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def build(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
        for folder in path.relative_to(root).parents[:-1]:
            (root / folder / "__init__.py").touch()
    (root / contracts.FILE).write_text(contracts.generate(root))
    return root


def test_the_committed_contracts_are_the_generated_ones():
    committed = (contracts.ROOT / contracts.FILE).read_text()

    assert committed == contracts.generate(), (
        "run: python -m onetop_backend.tests.house.contracts --write"
    )


def test_the_contracts_are_kept():
    result = lint(contracts.ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> dict[str, str]:
    """What is said of each broken contract, by its key, of a house with every fault."""
    files = dict(TOY)
    for importer, imported, _ in FAULTS:
        files[f"{importer.replace('.', '/')}.py"] += f"\nimport {imported}"
    root = build(tmp_path_factory.mktemp("house"), files)
    names = {
        options["name"]: key.removeprefix("importlinter:contract:")
        for key, options in ini(root).items()
        if "name" in options
    }
    report = lint(root).stdout.partition("Broken contracts")[2].splitlines()
    said: dict[str, str] = {"": ""}
    contract = ""
    for line in report:
        contract = names.get(line.strip(), contract)
        said[contract] = said.get(contract, "") + line + "\n"
    return said


class TestTheContractsThemselves:
    def test_accept_a_proper_house(self, tmp_path):
        result = lint(build(tmp_path, TOY))

        assert result.returncode == 0, result.stdout + result.stderr

    @pytest.mark.parametrize(("importer", "imported", "contract"), FAULTS)
    def test_refuse_each_fault(self, broken, importer, imported, contract):
        assert f"{importer} -> {imported} " in broken[contract]

    def test_refuse_a_room_that_the_house_has_not(self, tmp_path):
        result = lint(build(tmp_path, {**TOY, "apps/jobs/utils.py": ""}))

        assert result.returncode == 1
        assert "apps.jobs.utils" in result.stdout

    def test_refuse_an_app_without_a_place(self, tmp_path):
        with pytest.raises(ValueError, match="without a place"):
            build(tmp_path, {**TOY, "apps/blogs/models.py": ""})


def ini(root: Path) -> ConfigParser:
    parser = ConfigParser()
    parser.read(root / contracts.FILE)
    return parser
