"""`./run doctor`, as a process, on things that are really broken; each fix that it names is then applied."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from onetop_backend.tests.local.conftest import ROOT
from onetop_backend.tests.local.doctoring import Report, can_mount, in_a_namespace, occupied, told


class TestNothingYet:
    def test_nothing_is_wrong_with_a_fresh_clone(self, bare):
        report = Report(bare)
        assert (report.status, report.bad()) == (0, [])
        assert report.of("database", "ok")["text"] == "not made yet; ./run makes it"

    def test_people_read_a_line_for_each_check(self, bare):
        said = bare.run("doctor").stdout.splitlines()
        assert said[0].startswith("ok       python       Python 3.")
        assert f"ok       port         {bare.port} is free" in said
        assert said[-1] == "Nothing is wrong."

    def test_works_with_a_bare_python_and_installs_nothing(self, bare, tmp_path):
        root = tmp_path / "clone"
        kept = shutil.ignore_patterns(".venv", ".git", ".state", "tests", "apps", ".*_cache")
        shutil.copytree(ROOT, root, ignore=kept)
        bare.root = root
        report = Report(bare, PYTHON=getattr(sys, "_base_executable", sys.executable))
        assert report.status == 0
        assert report.of("install", "warning")["fix"] == "./run"
        assert [one["check"] for one in report.checks][-1] == "stack"
        assert not (root / ".venv").exists()

    def test_a_broken_off_installation_is_told(self, bare, tmp_path):
        root = tmp_path / "clone"
        shutil.copytree(
            ROOT, root, ignore=shutil.ignore_patterns(".venv", ".git", ".state", "apps")
        )
        (root / ".venv" / "bin").mkdir(parents=True)
        (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
        bare.root = root
        found = Report(bare).of("install", "warning")
        assert found["text"] == "an installation into .venv was broken off"
        assert found["fix"] == "./run finishes it"

    def test_a_python_without_ssl_is_named_before_anything_is_installed(self, bare, tmp_path):
        bare.root = tmp_path / "clone"
        kept = shutil.ignore_patterns(".venv", ".git", ".state", "tests", "apps", ".*_cache")
        shutil.copytree(ROOT, bare.root, ignore=kept)
        (tmp_path / "ssl.py").write_text("raise ImportError('not built')\n")
        python = getattr(sys, "_base_executable", sys.executable)
        variables = {"PYTHON": python, "PYTHONPATH": str(tmp_path)}
        found = Report(bare, **variables).of("python", "wrong")
        assert found["text"].endswith("was built without ssl")
        assert "PYTHON=/path/to/python3 ./run" in found["fix"]
        refused = bare.run(**variables)
        assert refused.returncode == 1
        assert f"{python} was built without ssl. To put it right, name another" in refused.stderr
        assert Report(bare, PYTHON=python).of("python", "ok")

    def test_refuses_arguments_that_it_does_not_know(self, bare):
        refused = bare.run("doctor", "--fix")
        assert refused.returncode == 2
        assert refused.stderr.startswith("onetop: `./run doctor --fix` is not known; these are:")
        assert "./run doctor [--json]" in refused.stderr


class TestPlace:
    def test_a_taken_port_names_who_has_it(self, bare):
        with occupied(bare.port) as other:
            found = Report(bare).of("port", "warning")
            assert re.search(
                rf"{bare.port} is taken by python\S* \(pid {other.pid}\)", found["text"]
            )
            other_port = told(r"ONETOP_PORT=(\d+) \./run", found["fix"])[1]
            report = Report(bare, ONETOP_PORT=other_port)
            assert report.of("port", "ok")["text"] == f"{other_port} is free"

    def test_a_lock_in_strange_hands_is_free_after_the_named_kill(self, bare):
        script = (
            "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX);"
            "f.write('{\"pid\": 999999999}'); f.flush(); print('held', flush=True); sys.stdin.read()"
        )
        stranger = subprocess.Popen(
            [sys.executable, "-c", script, bare.state / "lock"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert stranger.stdout is not None
        assert stranger.stdout.readline() == b"held\n"
        report = Report(bare)
        found = report.of("lock", "wrong")
        assert report.status == 1
        assert f"process {stranger.pid}, which is no ./run" in found["text"]
        assert found["fix"] == f"kill {stranger.pid}"
        subprocess.run(found["fix"].split(), check=True)
        stranger.wait()
        report = Report(bare)
        assert report.status == 0
        assert report.of("lock", "ok")["text"] == "free; process 999999999, which it names, is gone"

    @pytest.mark.skipif(
        not can_mount(), reason="this user may not mount in a name space of its own"
    )
    def test_a_read_only_folder_is_named_and_another_one_works(self, bare):
        ran = in_a_namespace(
            'mount --bind "$ONETOP_STATE" "$ONETOP_STATE"; mount -o remount,bind,ro "$ONETOP_STATE"\n'
            '"$RUN" doctor || true; "$RUN" -d || true; ONETOP_STATE=$OTHER "$RUN" doctor',
            bare,
            OTHER=f"{bare.state}-other",
        )
        looked, started = ran.stdout.split("onetop: the state folder", 1)
        assert f"the state folder {bare.state} cannot be written: Read-only file system" in looked
        assert "ONETOP_STATE=/another/folder ./run" in looked
        assert started.startswith(f" {bare.state} cannot be used: [Errno 30]")
        assert "`./run doctor` looks for the reason" in started
        assert "Nothing is wrong." in started
        assert ran.returncode == 0

    @pytest.mark.skipif(
        not can_mount(), reason="this user may not mount in a name space of its own"
    )
    def test_a_full_disk_is_named_and_room_is_enough(self, bare):
        ran = in_a_namespace(
            'mount -t tmpfs -o size=24m none "$ONETOP_STATE"\n'
            'head -c 20m /dev/zero > "$ONETOP_STATE/lock"; "$RUN" doctor || true\n'
            'rm "$ONETOP_STATE/lock"; mount -o remount,size=300m "$ONETOP_STATE"; "$RUN" doctor',
            bare,
        )
        before, after = ran.stdout.split("to know of.", 1)
        assert re.search(r"wrong    disk         \d MiB are free for the state folder", before)
        assert "150 MiB are needed. To put it right: free some" in before
        assert "wrong" not in after.replace("0 wrong", "").replace("Nothing is wrong", "")
        assert ran.returncode == 0

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else for a while")
    def test_another_s_folder_is_named_by_every_verb(self, bare):
        as_nobody = (
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "--inh-caps=-all",
        )
        python = shutil.which("python3", path=os.defpath) or sys.executable
        script = "import sys; from onetop_backend.local.__main__ import main; sys.exit(main(sys.argv[1:]))"

        def ask(verb: str) -> subprocess.CompletedProcess[str]:
            command = [*as_nobody, python, "-c", script, verb]
            return subprocess.run(
                command, env=bare.environment, cwd=ROOT, check=False, capture_output=True, text=True
            )

        if ask("help").returncode != 0:
            pytest.skip("nobody cannot read this checkout, or has no Python 3.11")
        looked = ask("doctor")
        assert (
            f"the state folder {bare.state} cannot be written: Permission denied" in looked.stdout
        )
        assert f"sudo chown -R $(id -u) {bare.state}" in looked.stdout
        assert looked.returncode == 1
        for verb in ("status", "stop", "reset"):
            refused = ask(verb)
            assert refused.returncode == 1
            assert "Permission denied" in refused.stderr
            assert "Traceback" not in refused.stderr
        os.chown(bare.state, 65534, 65534)
        assert "cannot be written" not in ask("doctor").stdout


class TestLibraries:
    def test_a_hidden_library_is_found(self, bare, tmp_path):
        (tmp_path / "redis.py").write_text("raise ImportError('not that one')\n")
        report = Report(bare, PYTHONPATH=str(tmp_path))
        found = report.of("libraries", "wrong")
        assert found["text"] == f"redis is hidden by {tmp_path}/redis.py"
        assert found["fix"].startswith("unset PYTHONPATH")
        assert report.status == 1
        assert Report(bare).of("libraries", "ok")


class TestVariables:
    def test_every_mistake_is_told_at_once_with_what_to_write(self, bare):
        mistakes = {"ONETOP_PROT": "8000", "EMAIL_PORT": "smtp", "LOGIN_RATE": "often"}
        report = Report(bare, **mistakes)
        found = {one["text"]: one["fix"] for one in report.checks if one["check"] == "variables"}
        assert report.status == 1
        assert found == {
            "ONETOP_PROT is not a variable of OneTop; is it misspelt?": (
                "write ONETOP_PORT instead, or unset ONETOP_PROT"
            ),
            "EMAIL_PORT='smtp': write a number from 1 to 65535": (
                "correct it, or unset EMAIL_PORT to use 587"
            ),
            "LOGIN_RATE='often': write 5/minute, 5/5min or unlimited (second, minute, hour, day)": (
                "correct it, or unset LOGIN_RATE to use 5/5min"
            ),
        }
        assert Report(bare).of("variables", "ok")

    def test_the_file_of_variables_is_judged_too(self, bare, tmp_path):
        file = tmp_path / "variables"
        file.write_text(f"EMAIL_PORT=smtp\nSECRET_KEY={'0123456789' * 6}\n")
        file.chmod(0o644)
        report = Report(bare, ONETOP_ENV_FILE=str(file))
        assert report.of("variables", "wrong")["text"] == (
            "EMAIL_PORT='smtp': write a number from 1 to 65535, in the file of variables"
        )
        file.write_text(file.read_text().replace("smtp", "587"))
        report = Report(bare, ONETOP_ENV_FILE=str(file))
        assert report.of("variables", "ok")
        subprocess.run(report.of("secrets", "warning")["fix"].split(), check=True)
        report = Report(bare, ONETOP_ENV_FILE=str(file))
        assert (report.status, report.bad()) == (0, [])

    def test_a_file_of_variables_that_is_not_there_is_told_by_both(self, bare, tmp_path):
        missing = str(tmp_path / "missing")
        said = f"ONETOP_ENV_FILE: there is no file {missing}"
        assert Report(bare, ONETOP_ENV_FILE=missing).of("variables", "wrong")["text"] == said
        refused = bare.run("status", ONETOP_ENV_FILE=missing)
        assert (refused.returncode, refused.stderr) == (1, f"onetop: {said}\n")

    def test_a_port_that_is_none_is_told_by_both(self, bare):
        report = Report(bare, ONETOP_PORT="eighty")
        assert report.of("port", "wrong")["fix"] == "ONETOP_PORT=8000 ./run"
        refused = bare.run(ONETOP_PORT="eighty")
        assert refused.stdout == (
            "onetop: ONETOP_PORT=eighty is not a port; use a number from 1 to 65535\n"
        )

    def test_origins_that_are_not_trusted_are_told_with_the_whole_line(self, bare):
        variables = {
            "CORS_ALLOWED_ORIGINS": "https://jobs.example.vn",
            "FRONTEND_URL": "https://jobs.example.vn/app",
            "ALLOWED_HOSTS": "api.example.vn",
            "CSRF_TRUSTED_ORIGINS": "https://old.example.vn",
        }
        report = Report(bare, **variables)
        found = [one for one in report.checks if one["check"] == "origins"]
        assert [one["level"] for one in found] == ["warning"] * 2
        assert [one["text"].split(",")[0] for one in found] == [
            "FRONTEND_URL leads to https://jobs.example.vn",
            "ALLOWED_HOSTS has api.example.vn",
        ]
        variables["CSRF_TRUSTED_ORIGINS"] = found[0]["fix"].partition("=")[2]
        assert variables["CSRF_TRUSTED_ORIGINS"] == (
            "https://old.example.vn,https://jobs.example.vn,https://api.example.vn"
        )
        assert Report(bare, **variables).of("origins", "ok")

    def test_secrets_are_judged_and_never_told(self, bare, tmp_path):
        key = tmp_path / "key"
        key.write_text("django-insecure-" + "x" * 50)
        key.chmod(0o644)
        report = Report(bare, SECRET_KEY_FILE=str(key), JWT_SIGNING_KEY="a-short-one")
        texts = [one["text"] for one in report.checks if one["check"] == "secrets"]
        assert texts == [
            "SECRET_KEY is a value that was published",
            "JWT_SIGNING_KEY has 11 characters; servers refuse less than 50",
            f"{key} can be read by other users (mode 644)",
        ]
        assert "insecure" not in report.raw
        assert "a-short-one" not in report.raw
        command = report.of("secrets", "wrong")["fix"].removeprefix("write one from: ")
        made = subprocess.run(command, shell=True, check=True, capture_output=True, text=True)  # noqa: S602 - as told
        key.write_text(made.stdout)
        key.chmod(0o600)
        assert Report(bare, SECRET_KEY_FILE=str(key)).of("secrets", "ok")


def test_the_report_for_programs_says_the_worst(bare):
    said = json.loads(bare.run("doctor", "--json", ONETOP_PROT="1").stdout)
    assert said["state"] == "wrong"
    assert set(said["checks"][0]) == {"check", "level", "text", "fix"}
