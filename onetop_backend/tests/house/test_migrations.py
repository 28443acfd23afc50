"""Migrations say what the models say, and the release before still runs on their schema."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL
from django_migration_linter import MigrationLinter

from onetop_backend.tests.house import contracts

APPS = contracts.existing_apps(contracts.ROOT)

pytestmark = pytest.mark.django_db


def test_nothing_is_missing():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=2)


def test_the_release_before_still_runs(capsys):
    linter = MigrationLinter(
        include_apps=APPS, no_cache=True, warnings_as_errors_tests=["RUNPYTHON_REVERSIBLE"]
    )

    linter.lint_all_migrations()

    assert linter.nb_total > 0
    assert not linter.has_errors, capsys.readouterr().out


def test_each_can_be_taken_back():
    one_way = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in MigrationLoader(connection).disk_migrations.items()
        if app in APPS
        for operation in migration.operations
        if isinstance(operation, RunPython | RunSQL) and not operation.reversible
    ]

    assert one_way == []


def test_an_app_has_one_last_migration():
    leaves = MigrationLoader(connection).graph.leaf_nodes()

    assert sorted(app for app, _ in leaves if app in APPS) == sorted(APPS)
