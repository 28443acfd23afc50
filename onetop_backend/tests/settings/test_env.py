from __future__ import annotations

from datetime import timedelta

import pytest

from onetop_backend.settings.env import VARIABLES, ImproperVariable, read
from onetop_backend.settings.stores import celery_url, database, redis_database


class TestRead:
    def test_gives_every_variable_a_value(self):
        assert set(read({})) == {variable.name for variable in VARIABLES}

    def test_parses_each_kind(self):
        values = read(
            {
                "DEBUG": "on",
                "ALLOWED_HOSTS": "a.vn, b.vn,",
                "JWT_ACCESS_LIFETIME": "60",
                "MAX_CV_FILE_SIZE": "2 MiB",
                "TRUSTED_PROXY_COUNT": "2",
            }
        )

        assert values["DEBUG"] is True
        assert values["ALLOWED_HOSTS"] == ["a.vn", "b.vn"]
        assert values["JWT_ACCESS_LIFETIME"] == timedelta(minutes=1)
        assert values["MAX_CV_FILE_SIZE"] == 2 * 1024 * 1024
        assert values["TRUSTED_PROXY_COUNT"] == 2

    @pytest.mark.parametrize(
        ("name", "value"),
        [("DEBUG", "perhaps"), ("TRUSTED_PROXY_COUNT", "one"), ("MAX_CV_FILE_SIZE", "5 MB")],
    )
    def test_names_the_variable_that_cannot_be_parsed(self, name, value):
        with pytest.raises(ImproperVariable, match=f"{name}='{value}'"):
            read({name: value})

    def test_refuses_a_misspelt_variable(self):
        with pytest.raises(ImproperVariable, match="ONETOP_PROT"):
            read({"ONETOP_PROT": "8000"})

    def test_knows_the_switches_of_the_tests(self):
        read({"ONETOP_REQUIRE_BROWSER": "1"})

    def test_reads_a_secret_from_its_file(self, tmp_path):
        secret = tmp_path / "key"
        secret.write_text("from-a-file\n")

        assert read({"SECRET_KEY_FILE": str(secret)})["SECRET_KEY"] == "from-a-file"

    def test_says_when_the_file_is_missing(self, tmp_path):
        with pytest.raises(ImproperVariable, match="SECRET_KEY_FILE"):
            read({"SECRET_KEY_FILE": str(tmp_path / "none")})


class TestAddresses:
    def test_a_database_on_a_socket(self):
        described = database("postgresql://postgres@/onetop?host=%2Frun%2Fpg")

        assert (described["NAME"], described["USER"], described["HOST"]) == (
            "onetop",
            "postgres",
            "/run/pg",
        )

    def test_a_database_over_tls(self):
        described = database("postgresql://u:p%40ss@db.vn:5433/hire?sslmode=verify-full")

        assert described["PASSWORD"] == "p@ss"
        assert described["PORT"] == "5433"
        assert described["OPTIONS"]["sslmode"] == "verify-full"

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("redis://h:6379/0", "redis://h:6379/2"),
            ("rediss://:pw@h:6380", "rediss://:pw@h:6380/2"),
            ("unix:///run/v.sock", "unix:///run/v.sock?db=2"),
        ],
    )
    def test_numbered_databases_of_one_redis(self, url, expected):
        assert redis_database(url, 2) == expected

    def test_kombu_has_its_own_form_for_sockets(self):
        assert celery_url("unix:///run/v.sock?db=0") == "redis+socket:///run/v.sock?virtual_host=0"
        assert celery_url("redis://h/0") == "redis://h/0"
