"""When `./run` installs, and when it has nothing to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from onetop_backend.local import bootstrap
from onetop_backend.tests.local.conftest import ROOT


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """Give a project whose environment is made by pretended installers that write down what they are asked."""
    venv = tmp_path / ".venv"
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    for profile in ("local", "dev"):
        (requirements / f"{profile}.txt").write_text(f"{profile}==1\n")
    for name, value in {
        "VENV": venv,
        "PYTHON": venv / "bin" / "python",
        "STAMP": venv / ".stamp",
        "LOCK": venv / ".bootstrap.lock",
        "REQUIREMENTS": requirements,
    }.items():
        monkeypatch.setattr(bootstrap, name, value)
    uv = tmp_path / "uv"
    uv.write_text(
        '#!/bin/sh\necho "$*" >> "$(dirname "$0")/asked"\n'
        f'[ "$1" != venv ] || {{ mkdir -p "{venv}/bin" && touch "{venv}/bin/python"; }}\n'
    )
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


def asked(project: Path) -> list[str]:
    """Return what the pretended installer was asked to install since the last time."""
    file = project / "asked"
    lines = file.read_text().splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    return [
        "venv" if line.startswith("venv") else Path(line.split()[-1]).name
        for line in lines
    ]  # fmt: skip


def ensure(profile: str) -> None:
    bootstrap.ensure(profile, dict(os.environ))


class TestEnsure:
    def test_installs_once(self, project):
        ensure("local")
        assert asked(project) == ["venv", "local.txt"]
        ensure("local")
        assert asked(project) == []

    def test_the_tests_ask_for_more_and_the_stack_then_has_enough(self, project):
        ensure("local")
        asked(project)
        ensure("dev")
        assert asked(project) == ["dev.txt"]
        ensure("local")
        assert asked(project) == []

    def test_a_changed_lock_is_installed_and_takes_no_test_tools_away(self, project):
        ensure("dev")
        asked(project)
        (bootstrap.REQUIREMENTS / "dev.txt").write_text("dev==2\n")
        ensure("local")
        assert asked(project) == ["dev.txt"]

    def test_another_interpreter_gets_another_environment(self, project, monkeypatch):
        ensure("local")
        (bootstrap.VENV / "old").write_text("of the other interpreter")
        asked(project)
        monkeypatch.setattr(bootstrap, "_interpreter", lambda: "another")
        ensure("local")
        assert asked(project) == ["venv", "local.txt"]
        assert not (bootstrap.VENV / "old").exists()

    def test_an_installation_that_failed_is_done_again(self, project, monkeypatch):
        def fail(*_: object) -> None:
            raise bootstrap.CannotInstall("no network")

        with monkeypatch.context() as broken:
            broken.setattr(bootstrap, "_install", fail)
            with pytest.raises(bootstrap.CannotInstall):
                ensure("local")
        ensure("local")
        assert asked(project)[-1] == "local.txt"


class TestVenvModule:
    """Debian ships `venv` and `ensurepip` as a package of their own."""

    def test_root_gets_it_installed(self, tmp_path, monkeypatch):
        present = tmp_path / "present"
        apt = tmp_path / "apt-get"
        apt.write_text(f'#!/bin/sh\necho "$*" > "{present}"\n')
        apt.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.defpath}")
        monkeypatch.setattr(bootstrap, "has_venv_module", present.exists)
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        bootstrap._need_venv_module("python3")
        assert present.read_text().split()[-1] == f"python3.{sys.version_info.minor}-venv"

    def test_others_are_told_the_command(self, tmp_path, monkeypatch):
        (tmp_path / "apt-get").write_text("#!/bin/sh\n")
        (tmp_path / "apt-get").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(bootstrap, "has_venv_module", lambda: False)
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        command = f"sudo apt-get install python3.{sys.version_info.minor}-venv"
        with pytest.raises(bootstrap.CannotInstall, match=command):
            bootstrap._need_venv_module("python3")


def test_an_old_python_is_refused_with_the_way_out(tmp_path):
    (tmp_path / "old").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "old").chmod(0o755)
    refused = subprocess.run(
        [ROOT / "run"], env={"PATH": os.defpath, "PYTHON": str(tmp_path / "old")},
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert refused.returncode == 1
    assert "is not a Python 3.11 or newer" in refused.stderr


def test_bootstrap_needs_nothing_but_the_standard_library():
    script = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import onetop_backend.local.bootstrap, onetop_backend.local.status, onetop_backend.local.stopping
"""
    bare = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], check=False, capture_output=True, text=True
    )
    assert bare.returncode == 0, bare.stderr
