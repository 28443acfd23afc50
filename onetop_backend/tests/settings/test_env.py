from __future__ import annotations

from datetime import timedelta

import pytest

from onetop_backend.settings.stores import celery_url, database, redis_database
from onetop_backend.variables import RATES, VARIABLES, ImproperVariable, complete, read


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
        [
            ("DEBUG", "perhaps"),
            ("TRUSTED_PROXY_COUNT", "one"),
            ("MAX_CV_FILE_SIZE", "5 MB"),
            ("SENTRY_TRACES_SAMPLE_RATE", "2"),
            ("SENTRY_PROFILES_SAMPLE_RATE", "some"),
            ("TRUSTED_PROXY_COUNT", "-1"),
            ("EMAIL_PORT", "0"),
            ("ONETOP_PORT", "65536"),
            ("WEBSOCKET_TICKET_EXPIRY", "0"),
            ("JWT_ACCESS_LIFETIME", "1h"),
            ("TIME_ZONE", "Saigon"),
            ("LANGUAGE_CODE", "fr"),
            ("LOG_LEVEL", "TRACE"),
        ],
    )
    def test_names_the_variable_that_cannot_be_parsed(self, name, value):
        with pytest.raises(ImproperVariable, match=f"{name}='{value}'"):
            read({name: value})

    def test_does_not_repeat_a_secret_that_cannot_be_parsed(self):
        with pytest.raises(ImproperVariable) as refused:
            read({"CELERY_BROKER_URL": "unix://:Tn8-wq2_Zr@/run/valkey.sock"})

        assert str(refused.value) == (
            "CELERY_BROKER_URL: write a socket as redis+socket:///run/valkey.sock?virtual_host=0"
        )

    @pytest.mark.parametrize(
        "value",
        ["sentry.io", "https://sentry.io/1", "https://k@sentry.io", "https://k@sentry.io/x"],
    )
    def test_knows_how_sentry_writes_its_addresses(self, value):
        with pytest.raises(ImproperVariable, match=r"^SENTRY_DSN: write it as Sentry shows it"):
            read({"SENTRY_DSN": value})
        for proper in ("https://k@o1.ingest.sentry.io/4", "http://k:s@sentry.vn:9000/path/17"):
            assert read({"SENTRY_DSN": proper})["SENTRY_DSN"] == proper

    def test_refuses_a_misspelt_variable(self):
        with pytest.raises(ImproperVariable, match="ONETOP_PROT"):
            read({"ONETOP_PROT": "8000"})

    def test_knows_the_switches_of_the_tests(self):
        read({"ONETOP_REQUIRE_BROWSER": "1"})

    def test_reads_a_secret_from_its_file(self, tmp_path):
        secret = tmp_path / "key"
        secret.write_text("from-a-file\n")

        assert read({"SECRET_KEY_FILE": str(secret)})["SECRET_KEY"] == "from-a-file"

    @pytest.mark.parametrize("name", [variable.name for variable in VARIABLES if variable.secret])
    def test_reads_every_secret_from_its_file(self, name, tmp_path):
        written = "https://key@sentry.vn/1" if name == "SENTRY_DSN" else f"redis://{name}"
        (tmp_path / "secret").write_text(f"{written}\n")

        assert read({f"{name}_FILE": str(tmp_path / "secret")})[name] == written

    def test_refuses_an_empty_file(self, tmp_path):
        (tmp_path / "key").write_text("\n")

        with pytest.raises(ImproperVariable, match=r"SECRET_KEY_FILE: .*/key is empty"):
            read({"SECRET_KEY_FILE": str(tmp_path / "key")})

    def test_says_when_the_file_is_missing(self, tmp_path):
        with pytest.raises(ImproperVariable, match="SECRET_KEY_FILE"):
            read({"SECRET_KEY_FILE": str(tmp_path / "none")})


class TestComplete:
    @pytest.fixture
    def env_file(self, tmp_path):
        path = tmp_path / "variables"
        path.write_text(
            "# what this machine needs\n"
            'DEFAULT_FROM_EMAIL="OneTop <hr@onetop.vn>"\n'
            "EMAIL_PORT=25  # plain\n"
            "SECRET_KEY=$not-a-reference\n"
            "EMAIL_HOST=\n"
        )
        return path

    def test_takes_what_the_environment_leaves_open(self, env_file):
        environ = {"ONETOP_ENV_FILE": str(env_file), "EMAIL_PORT": "587", "EMAIL_HOST": ""}

        complete(environ)

        assert environ == {
            "ONETOP_ENV_FILE": str(env_file),
            "EMAIL_PORT": "587",
            "EMAIL_HOST": "",
            "DEFAULT_FROM_EMAIL": "OneTop <hr@onetop.vn>",
            "SECRET_KEY": "$not-a-reference",
        }

    def test_leaves_a_secret_to_its_file(self, env_file):
        environ = {"ONETOP_ENV_FILE": str(env_file), "SECRET_KEY_FILE": "/run/secrets/key"}

        complete(environ)

        assert "SECRET_KEY" not in environ

    def test_takes_no_file_of_a_secret_that_the_environment_gives(self, tmp_path):
        path = tmp_path / "variables"
        path.write_text("SECRET_KEY_FILE=/run/secrets/key\n")
        environ = {"ONETOP_ENV_FILE": str(path), "SECRET_KEY": "given"}

        complete(environ)

        assert "SECRET_KEY_FILE" not in environ

    def test_reads_no_file_when_told_so(self):
        environ = {"ONETOP_ENV_FILE": "none"}

        complete(environ)

        assert environ == {"ONETOP_ENV_FILE": "none"}

    def test_refuses_a_named_file_that_is_not_there(self, tmp_path):
        with pytest.raises(ImproperVariable, match="ONETOP_ENV_FILE"):
            complete({"ONETOP_ENV_FILE": str(tmp_path / "none")})


class TestRates:
    @pytest.mark.parametrize(
        ("written", "rate"),
        [
            ("3/second", (3, 1)),
            ("20/minute", (20, 60)),
            ("5/5min", (5, 300)),
            ("100/hour", (100, 3600)),
            (" 20/day ", (20, 86400)),
            ("7/10minutes", (7, 600)),
            ("unlimited", None),
        ],
    )
    def test_are_so_many_in_so_many_seconds(self, written, rate):
        assert read({"LOGIN_RATE": written})["LOGIN_RATE"] == rate

    @pytest.mark.parametrize(
        "written",
        ["5", "5/", "0/minute", "-1/hour", "5/week", "5/0min", "five/hour", "1000001/second"],
    )
    def test_that_cannot_be_meant_are_refused(self, written):
        with pytest.raises(ImproperVariable, match=f"LOGIN_RATE='{written}'"):
            read({"LOGIN_RATE": written})

    def test_have_the_defaults_that_operators_know(self):
        defaults = {variable.name: variable.default for variable in VARIABLES}

        assert {name: defaults[name] for name in RATES} == {
            "LOGIN_RATE": "5/5min",
            "LOGIN_ADDRESS_RATE": "60/minute",
            "REGISTER_RATE": "20/minute",
            "PASSWORD_CHANGE_RATE": "5/hour",
            "PASSWORD_RESET_RATE": "5/hour",
            "PASSWORD_RESET_ADDRESS_RATE": "20/minute",
            "EMAIL_VERIFICATION_RATE": "5/hour",
            "USER_CREATE_RATE": "10/hour",
            "APPLICATION_SUBMISSION_RATE": "20/day",
            "APPLICATION_EXPORT_RATE": "20/hour",
            "PAYMENT_CREATE_RATE": "30/hour",
            "METRICS_READ_RATE": "60/hour",
            "METRICS_RESET_RATE": "10/hour",
        }


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
