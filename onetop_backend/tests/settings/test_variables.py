"""What people read about the variables is what the code reads."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import CommandError, call_command
from dotenv import dotenv_values

from onetop_backend.management import variables
from onetop_backend.variables import SUBJECTS, VARIABLES, read


def test_the_readme_and_the_example_are_current():
    assert variables.README.read_text() == variables.readme()
    assert variables.ENV_EXAMPLE.read_text() == variables.env_example()


def test_the_example_has_every_variable_and_sets_what_the_containers_need():
    text = variables.ENV_EXAMPLE.read_text()

    shown = re.findall(r"^(?:# )?([A-Z_]+)=", text, re.MULTILINE)
    assert shown == [
        variable.name
        for subject in SUBJECTS
        if subject.in_env_file
        for variable in subject.variables
    ]
    assert dotenv_values(stream=io.StringIO(text)) == {
        "ALLOWED_HOSTS": "onetop.localhost,localhost,127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": "https://onetop.localhost",
        "CORS_ALLOWED_ORIGINS": "https://onetop.localhost",
        "FRONTEND_URL": "https://onetop.localhost",
        "TRUSTED_PROXY_COUNT": "1",
        "EMAIL_HOST": "mail.example",
    }


def test_what_the_example_comments_out_are_the_defaults():
    lines = re.findall(r"^# ([A-Z_]+=.*)$", variables.ENV_EXAMPLE.read_text(), re.MULTILINE)
    uncommented = dotenv_values(stream=io.StringIO("\n".join(lines)), interpolate=False)

    assert len(uncommented) > 40
    assert read({name: value or "" for name, value in uncommented.items()}) == read({})


def test_the_table_has_a_row_for_each():
    printed = io.StringIO()
    call_command("settings_table", stdout=printed)

    rows = printed.getvalue().splitlines()
    assert "| `MAX_CV_FILE_SIZE` | `5 MiB` | largest CV |" in rows
    assert "| `SENTRY_DSN` (secret) | – | where defects are reported; empty reports none |" in rows
    assert [row.split("`")[1] for row in rows if row.startswith("| `")] == [
        variable.name for variable in VARIABLES
    ]


def test_every_variable_says_what_it_means():
    assert [variable.name for variable in VARIABLES if not variable.meaning] == []


def test_writing_refuses_a_readme_without_its_place(tmp_path, monkeypatch):
    monkeypatch.setattr(variables, "README", tmp_path / "README.md")
    monkeypatch.setattr(variables, "ENV_EXAMPLE", tmp_path / ".env.example")
    variables.README.write_text("# OneTop\n")

    with pytest.raises(CommandError, match=r"README\.md lacks the line <!-- the table"):
        call_command("settings_table", "--write")
    assert not variables.ENV_EXAMPLE.exists()
