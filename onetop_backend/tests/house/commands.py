"""Where the commands of the documents are run, and why the others are not.

A command that stands in a document is run by a test, or has a line here that says why it cannot be. A new one fails
`test_commands.py` until it has its line.
"""

from __future__ import annotations

FOLLOWED = ("docs/how-to/",)
"""Pages that `documents/test_how_to.py` follows to the letter in a copy of the project, every night as a whole."""

OPERATED = ("DEPLOYMENT_CHECKLIST.md", "docs/backup.md")
"""Pages whose commands `documents/test_operating.py` runs, in their order, on an installation of its own."""

_FLOWS = "onetop_backend/tests/flows"

WHOLE: dict[str, str] = {
    "README.md#Five minutes with it": f"{_FLOWS}/test_tours.py::test_a_tour_answers_what_the_page_shows",
    "docs/operations.md": (
        "onetop_backend/tests/management/test_running.py::test_the_page_for_operators_says_what_is_printed"
    ),
    "docs/tour.md": f"{_FLOWS}/test_tours.py::test_a_tour_answers_what_the_page_shows",
}
"""Pages, or parts of pages by their heading, that one test runs as they stand."""

_STACK = "onetop_backend/tests/local/test_stack.py"
_TESTING = "onetop_backend/tests/local/test_testing.py"
_HOW_TO = "onetop_backend/tests/documents/test_how_to.py"
_IN_A_COPY = f"{_HOW_TO}::test_the_pages_together_leave_a_project_that_its_tests_accept"
_PRODUCTION = "onetop_backend/tests/settings/test_production.py"
_GATEWAYS = "apps/payments/tests/test_gateway_vectors.py::TestTheDocumentedVectors::test_all_pass"
_BENCHING = "onetop_backend/tests/benchmarks/test_benching.py"

ELSEWHERE: dict[str, str] = {
    "./run": f"{_STACK}::test_a_busy_port_is_reported_and_the_next_one_used",
    "./run -d": f"{_STACK}::test_stop_leaves_nothing",
    "./run bench": f"{_BENCHING}::test_without_a_name_it_tells_what_there_is",
    "./run celery …": f"{_STACK}::TestRunning::test_celery_asks_the_workers",
    "./run doctor": f"{_STACK}::TestRunning::test_the_doctor_finds_nothing_wrong",
    "./run reset": "onetop_backend/tests/local/test_breakages.py::test_a_half_migrated_database",
    "./run shell": f"{_STACK}::TestRunning::test_shell_works_on_the_running_stores",
    "./run manage …": f"{_STACK}::TestRunning::test_manage_works_on_the_running_stores",
    "./run status --json": f"{_STACK}::TestRunning::test_the_status_tells_no_secret",
    "./run stop": f"{_STACK}::test_stop_leaves_nothing",
    "./run test": f"{_TESTING}::TestRun::test_leaves_out_what_takes_long",
    "./run test --nightly": f"{_TESTING}::TestRun::test_leaves_out_what_takes_long",
    "./run test --slow": f"{_TESTING}::TestRun::test_leaves_out_what_takes_long",
    "./run test onetop_backend/tests/house": f"{_HOW_TO}::test_each_page_is_judged_by_the_tests_that_it_names",
    "./run test onetop_backend/tests/house/test_examples.py --record": _IN_A_COPY,
    ".venv/bin/pre-commit install": _IN_A_COPY,
    ".venv/bin/pre-commit run --all-files": _IN_A_COPY,
    "./run manage check_gateway_vectors docs/gateway-vectors.json": _GATEWAYS,
    "node generate.mjs http://127.0.0.1:8000/api/schema/?format=json src/schema.d.ts": (
        f"{_FLOWS}/test_client.py::test_it_compiles_and_runs"
    ),
    "python manage.py check --deploy": f"{_PRODUCTION}::test_the_deployment_check_has_nothing_to_say",
    "python manage.py check_gateway_vectors": _GATEWAYS,
    "python manage.py create_user": "apps/users/tests/test_create_user.py::TestCreateUser::test_makes_an_administrator",
    "python manage.py migrate": (
        f"{_PRODUCTION}::test_d9_the_deployment_check_and_migrate_name_everything_that_is_refused"
    ),
    "python manage.py seed_demo": (
        "onetop_backend/tests/demo/test_seed_demo.py::TestCommand::test_reports_what_it_added"
    ),
    "python manage.py sentry_test": (
        "onetop_backend/tests/management/test_sentry_test.py::test_sends_one_event_and_names_it"
    ),
    "python manage.py settings_table --write": _IN_A_COPY,
    "python manage.py generate_secrets": (
        "onetop_backend/tests/management/test_generate_secrets.py::test_prints_lines_for_env_where_nothing_is_set"
    ),
}
"""Commands that a test of their own runs, by that test."""

_NO_ENGINE = "needs a container engine; docs/containers.md says what was tried instead"
_CI_STEP = "a step of its own in .ci/run, which runs it on every change"
_REGISTRY = "asks a package registry; what it brings is locked, and a test uses it as locked"
_BEGINNING = "the beginning of a command that stands elsewhere as a whole"

_LOCKING = (
    "../.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate "
    "--only-binary :all:"
)
_WORKERS = "celery_worker celery_heavy_worker celery_scrape_worker celery_beat"

NOT_HERE: dict[str, str] = {
    f"{_LOCKING} base.in -o base.txt": _REGISTRY,
    f"{_LOCKING} -c base.txt local.in -o local.txt": _REGISTRY,
    f"{_LOCKING} -c local.txt dev.in -o dev.txt": _REGISTRY,
    "./run bench demo": "measures on a quiet machine; every benchmark is asked for its help by a test",
    "./run bench web": _CI_STEP,
    "./run manage seed_demo --jobs 100000": "takes its time; onetop_backend/tests/demo makes smaller worlds",
    "./run test onetop_backend/tests/containers": "runs tests that this run has as well",
    "./run test apps/jobs -k search": "shows how pytest's arguments are passed; those tests run by themselves",
    ".venv/bin/mypy": _CI_STEP,
    ".venv/bin/ruff check --fix .": _CI_STEP,
    ".venv/bin/ruff format": _CI_STEP,
    ".venv/bin/ruff format .": _CI_STEP,
    "cp .env.example .env && docker compose up -d": _NO_ENGINE,
    "docker compose down": _NO_ENGINE,
    "docker compose down --volumes": _NO_ENGINE,
    "docker compose ps": _NO_ENGINE,
    "docker compose up -d": _NO_ENGINE,
    "docker compose up -d --scale web=2 --scale celery_worker=3": _NO_ENGINE,
    "docker compose exec web python manage.py …": _BEGINNING,
    "docker compose exec web python manage.py check_stack": _NO_ENGINE,
    "docker compose run --rm migrate": _NO_ENGINE,
    "docker compose run --rm migrate manage migrate jobs 0003": _NO_ENGINE,
    "docker compose run --rm web manage …": _BEGINNING,
    f"docker compose start {_WORKERS}": _NO_ENGINE,
    "docker compose start web ws": _NO_ENGINE,
    f"docker compose stop web ws {_WORKERS}": _NO_ENGINE,
    f"docker compose up -d --no-deps web ws {_WORKERS}": _NO_ENGINE,
    "npm install --save-dev openapi-typescript typescript": _REGISTRY,
    "npm install openapi-fetch": _REGISTRY,
    "git pull": "would change the project that the tests are run on",
    "git stash --include-untracked": "would put aside what the developer who runs the tests is at",
}
"""Commands that no test runs, with the reason."""
