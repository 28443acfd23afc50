"""``generate_secrets`` as an operator and the containers call it."""

from __future__ import annotations

import io
import json
import os
import ssl
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command

from onetop_backend.variables import read

ROOT = Path(__file__).resolve().parents[3]


def run(*options):
    output = io.StringIO()
    call_command("generate_secrets", *map(str, options), stdout=output)
    return output.getvalue()


def states(*options):
    return {row["name"]: row["state"] for row in json.loads(run(*options, "--json"))}


def test_prints_lines_for_env_where_nothing_is_set():
    done = subprocess.run(
        [sys.executable, "manage.py", "generate_secrets"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ONETOP_ENV_FILE": "none"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (done.returncode, done.stderr) == (0, "")
    lines = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert list(lines) == ["SECRET_KEY", "JWT_SIGNING_KEY", "METRICS_TOKEN"]
    assert {len(value) for value in lines.values()} == {86}
    assert len(set(lines.values())) == 3


def test_makes_others_every_time():
    assert json.loads(run("--json"))["SECRET_KEY"] != json.loads(run("--json"))["SECRET_KEY"]


class TestFolder:
    def test_has_a_file_for_each_secret_that_only_its_owner_reads(self, tmp_path):
        folder = tmp_path / "new" / "secrets"

        made = states("--folder", folder)

        assert set(made.values()) == {"written"}
        assert sorted(made) == sorted(path.name for path in folder.iterdir())
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}

    def test_is_what_the_variables_of_files_read(self, tmp_path):
        run(
            "--folder", tmp_path, "--database-host", "pg.vn:5433", "--database-user", "hr",
            "--database-name", "hire", "--redis-host", "r.vn:6380", "--redis-cache-host", "c.vn",
        )  # fmt: skip

        def secret(name):
            return (tmp_path / name).read_text().strip()

        values = read(
            {
                f"{name.upper()}_FILE": str(tmp_path / name)
                for name in ("secret_key", "database_url", "redis_url", "redis_cache_url")
            }
        )
        assert len(values["SECRET_KEY"]) == 86
        assert values["DATABASE_URL"] == (
            f"postgresql://hr:{secret('postgres_password')}@pg.vn:5433/hire"
        )
        assert values["REDIS_URL"] == f"redis://:{secret('redis_password')}@r.vn:6380"
        assert values["REDIS_CACHE_URL"] == f"redis://:{secret('redis_cache_password')}@c.vn/0"

    def test_keeps_what_is_there_and_adds_what_is_missing(self, tmp_path):
        run("--folder", tmp_path)
        before = {path.name: path.read_text() for path in tmp_path.iterdir()}
        (tmp_path / "metrics_token").unlink()

        again = states("--folder", tmp_path)

        after = {path.name: path.read_text() for path in tmp_path.iterdir()}
        assert {name for name, state in again.items() if state == "written"} == {"metrics_token"}
        assert after.pop("metrics_token") != before.pop("metrics_token")
        assert after == before

    def test_says_when_a_kept_address_has_another_password(self, tmp_path):
        (tmp_path / "database_url").write_text("postgresql://u:other@db/onetop\n")

        lines = run("--folder", tmp_path).splitlines()

        assert [line for line in lines if "database_url" in line] == [
            f"kept     {tmp_path}/database_url  (its password is not that of postgres_password)"
        ]

    def test_shows_no_secret(self, tmp_path):
        printed = run("--folder", tmp_path) + run("--folder", tmp_path, "--json")

        values = [path.read_text().strip() for path in tmp_path.iterdir()]
        assert values
        assert not [value for value in values if value in printed]

    def test_two_at_once_agree(self, tmp_path):
        command = [sys.executable, "manage.py", "generate_secrets", "--folder", str(tmp_path)]
        both = [
            subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        outputs = [process.communicate(timeout=120) for process in both]

        assert [process.returncode for process in both] == [0, 0], outputs
        written = sum(output.count("written") for output, _ in outputs)
        assert written == len(list(tmp_path.iterdir())) == 10
        for url, password in (
            ("database_url", "postgres_password"),
            ("redis_url", "redis_password"),
        ):
            assert (tmp_path / password).read_text().strip() in (tmp_path / url).read_text()

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
    def test_gives_each_file_to_its_reader(self, tmp_path):
        run("--folder", tmp_path, "--owner", "10001:10002", "--give", "postgres_password=999")

        owners = {
            path.name: (path.stat().st_uid, path.stat().st_gid) for path in tmp_path.iterdir()
        }
        assert owners.pop("postgres_password") == (999, 999)
        assert set(owners.values()) == {(10001, 10002)}

    def test_refuses_an_empty_file(self, tmp_path):
        (tmp_path / "secret_key").touch()

        with pytest.raises(CommandError) as refused:
            run("--folder", tmp_path)

        assert str(refused.value) == (
            f"{tmp_path}/secret_key is empty; delete it, and this command writes it anew"
        )

    def test_refuses_a_folder_that_is_a_file(self, tmp_path):
        (tmp_path / "file").touch()

        with pytest.raises(CommandError, match="name a folder that this user may write"):
            run("--folder", tmp_path / "file")

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            (["--give", "postgres=999"], "there is no file postgres; there are secret_key"),
            (["--give", "certificate.key=101"], "there is no file certificate.key"),
            (["--owner", "postgres"], "'postgres': write numbers, 10001 or 10001:10001"),
            (["--redis-host", "redis://x"], "'redis://x' is not a name or address"),
        ],
    )
    def test_refuses_what_cannot_be_meant(self, tmp_path, options, reason):
        with pytest.raises(CommandError) as refused:
            run("--folder", tmp_path, *options)

        assert reason in str(refused.value)
        assert list(tmp_path.iterdir()) == []

    def test_refuses_options_of_files_without_a_folder(self):
        with pytest.raises(CommandError, match=r"write files: add --folder DIR\.$"):
            run("--certificate-for", "onetop.localhost")


class TestCertificate:
    @pytest.fixture
    def made(self, tmp_path):
        run(
            "--folder",
            tmp_path,
            "--certificate-for",
            "onetop.localhost",
            "--certificate-for",
            "::1",
        )
        return tmp_path

    def test_is_for_the_hosts_and_signed_by_its_key(self, made):
        certificate = x509.load_pem_x509_certificate((made / "certificate.pem").read_bytes())

        certificate.verify_directly_issued_by(certificate)
        hosts = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert [str(host.value) for host in hosts] == ["onetop.localhost", "::1"]
        assert stat.S_IMODE((made / "certificate.key").stat().st_mode) == 0o600

    def test_is_accepted_by_a_server(self, made):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(made / "certificate.pem", made / "certificate.key")

    def test_is_kept(self, made):
        before = (made / "certificate.pem").read_text()

        lines = run("--folder", made, "--certificate-for", "hire.vn").splitlines()

        assert (made / "certificate.pem").read_text() == before
        assert lines[-1] == (
            f"kept     {made}/certificate.pem  (not for hire.vn; delete both files for a new one)"
        )

    def test_is_made_for_a_key_that_an_interrupted_run_left(self, made):
        (made / "certificate.pem").unlink()

        states("--folder", made, "--certificate-for", "onetop.localhost")

        self.test_is_accepted_by_a_server(made)

    def test_is_refused_without_its_key(self, made):
        (made / "certificate.key").unlink()

        with pytest.raises(
            CommandError, match=r"certificate\.pem is there without .*; bring the key"
        ):
            run("--folder", made, "--certificate-for", "onetop.localhost")

    def test_says_when_it_has_expired(self, made):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([])
        then = datetime(2020, 1, 1, tzinfo=UTC)
        old = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(then)
            .not_valid_after(then + timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName("onetop.localhost")]), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        (made / "certificate.pem").write_bytes(old.public_bytes(Encoding.PEM))

        assert run("--folder", made, "--certificate-for", "onetop.localhost").endswith(
            "(expired on 2020-01-02; delete both files for a new one)\n"
        )
