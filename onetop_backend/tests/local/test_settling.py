"""Where a stack settles: its lock, its port, its folders, its secret."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from onetop_backend.local import environment, folders, lock, status, stopping
from onetop_backend.local.lock import Held, StateLock
from onetop_backend.tests.local.conftest import ROOT, eventually


class TestLock:
    def test_the_second_one_hears_who_was_first(self, tmp_path):
        first = StateLock(tmp_path / "state")
        first.take(verb="up", url="http://127.0.0.1:8000")
        with pytest.raises(Held) as held:
            StateLock(tmp_path / "state").take(verb="up")
        assert str(held.value) == (
            f"`./run` is running already at http://127.0.0.1:8000 (pid {os.getpid()}); `./run stop` ends it"
        )
        first.release()

    def test_is_free_again_after_its_release(self, tmp_path):
        first = StateLock(tmp_path)
        first.take(verb="up")
        assert StateLock(tmp_path).holder() is not None
        first.release()
        assert StateLock(tmp_path).holder() is None
        StateLock(tmp_path).take(verb="manage")

    def test_is_free_again_after_a_kill(self, tmp_path):
        code = (
            "import sys, time; from pathlib import Path; from onetop_backend.local.lock import StateLock; "
            "lock = StateLock(Path(sys.argv[1])); lock.take(verb='up'); print('held', flush=True); time.sleep(60)"
        )
        holder = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert holder.stdout is not None
        holder.stdout.readline()
        found = StateLock(tmp_path).holder()
        assert found is not None
        assert found.pid == holder.pid
        holder.kill()
        holder.wait()
        holder.stdout.close()
        assert StateLock(tmp_path).holder() is None

    def test_a_holder_that_has_no_name_yet_is_waited_for(self, tmp_path):
        first = StateLock(tmp_path)
        first.take(verb="up")
        (tmp_path / "lock").write_text("")
        naming = threading.Timer(0.3, first.describe, kwargs={"verb": "up", "url": "http://here"})
        naming.start()
        found = StateLock(tmp_path).holder()
        naming.join()
        assert found is not None
        assert (found.pid, found.url) == (os.getpid(), "http://here")
        first.release()

    def test_the_name_of_a_dead_holder_is_not_taken_for_the_next_one_s(self, tmp_path):
        dead = subprocess.Popen(["true"])
        dead.wait()
        first = StateLock(tmp_path)
        first.take(verb="up")
        (tmp_path / "lock").write_text(f'{{"pid": {dead.pid}, "verb": "up", "url": ""}}')
        releasing = threading.Timer(0.3, first.release)
        releasing.start()
        second = StateLock(tmp_path)
        second.take(verb="manage")
        releasing.join()
        assert (tmp_path / "lock").read_text().startswith(f'{{"pid": {os.getpid()}')
        second.release()

    def test_nobody_holds_what_was_never_there(self, tmp_path):
        assert StateLock(tmp_path / "nowhere").holder() is None


class TestStatus:
    def test_a_stack_that_does_not_run_is_stopped(self, tmp_path, capsys):
        assert status.print_status(tmp_path, as_json=True) == 1
        assert capsys.readouterr().out == '{\n  "state": "stopped"\n}\n'

    def test_a_dead_stack_s_word_is_not_taken(self, tmp_path):
        status.StatusFile(tmp_path).write({"state": "ready", "pid": 1, "environment": {}})
        assert status.describe(tmp_path) == {"state": "stopped"}
        lock = StateLock(tmp_path)
        lock.take(verb="up")
        assert status.describe(tmp_path) == {"state": "starting", "pid": os.getpid()}
        lock.release()

    def test_tells_what_the_holder_wrote_but_its_environment(self, tmp_path, capsys):
        lock = StateLock(tmp_path)
        lock.take(verb="up")
        child = {"name": "web", "pid": 7, "state": "running", "restarts": 2, "log": "web.log"}
        status.StatusFile(tmp_path).write(
            {
                "state": "ready",
                "pid": os.getpid(),
                "url": "http://127.0.0.1:1",
                "children": [child],
                "environment": {"DATABASE_URL": "postgresql://me:secret@db/x"},
            }
        )
        assert "secret" not in str(status.describe(tmp_path))
        assert status.environment_of_running(tmp_path) == {
            "DATABASE_URL": "postgresql://me:secret@db/x"
        }
        assert status.print_status(tmp_path, as_json=False) == 0
        assert "web        running  pid 7, 2 restarts" in capsys.readouterr().out
        lock.release()

    def test_stop_has_nothing_to_stop(self, tmp_path, capsys):
        assert stopping.stop(tmp_path) == 0
        assert capsys.readouterr().out == "onetop: nothing is running\n"

    def test_stop_does_not_end_a_command(self, tmp_path, capsys):
        lock = StateLock(tmp_path)
        lock.take(verb="manage")
        assert stopping.stop(tmp_path) == 1
        assert "`./run manage` is running already" in capsys.readouterr().out
        lock.release()

    def test_stop_ends_nobody_who_has_no_name(self, tmp_path, capsys, monkeypatch):
        monkeypatch.setattr(lock, "_PASSING_SECONDS", 0.05)
        holder = StateLock(tmp_path)
        holder.take(verb="up")
        (tmp_path / "lock").write_text("")
        assert stopping.stop(tmp_path) == 1
        assert "a process that does not say its name holds" in capsys.readouterr().out
        holder.release()

    def test_stop_asks_the_holder_and_waits(self, tmp_path, capsys):
        code = (
            "import signal, sys; from pathlib import Path; from onetop_backend.local.lock import StateLock; "
            "lock = StateLock(Path(sys.argv[1])); lock.take(verb='up'); signal.sigwait([signal.SIGUSR1])"
        )
        holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT)
        eventually(lambda: StateLock(tmp_path).holder(), seconds=20)
        assert stopping.stop(tmp_path) == 0
        assert holder.wait(5) == -signal.SIGTERM
        assert capsys.readouterr().out == "onetop: stopped\n"


class TestPort:
    def test_is_8000_unless_another_is_wanted(self):
        assert environment.wanted_port({}) == 8000
        assert environment.wanted_port({"ONETOP_PORT": "8123"}) == 8123

    @pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "8000.0"])
    def test_must_be_one(self, text):
        with pytest.raises(environment.BadPort, match=f"ONETOP_PORT={text} is not a port"):
            environment.wanted_port({"ONETOP_PORT": text})

    @pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - the neighbour's
    def test_the_next_one_is_taken_when_it_is_busy(self, address):
        with socket.socket() as occupant:
            # The web server would share such a port without a word.
            occupant.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            occupant.bind((address, 0))
            occupant.listen()
            busy = occupant.getsockname()[1]
            assert busy < environment.free_port(busy) < busy + 50


class TestFolders:
    def test_the_state_folder_can_be_moved(self, monkeypatch):
        monkeypatch.setenv("ONETOP_STATE", "/tmp/elsewhere")  # noqa: S108 - only its name is read
        assert folders.state_folder() == Path("/tmp/elsewhere")  # noqa: S108
        monkeypatch.setenv("ONETOP_STATE", "mine")
        assert folders.state_folder() == folders.ROOT / "mine"
        monkeypatch.setenv("ONETOP_STATE", "")
        assert folders.state_folder() == folders.ROOT / ".state"

    def test_sockets_stay_in_it(self, tmp_path, monkeypatch):
        assert folders.socket_folder(tmp_path / "s") == tmp_path / "s" / "run"

    def test_a_deep_one_has_its_sockets_elsewhere(self, tmp_path, monkeypatch):
        monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
        deep = tmp_path / ("d" * 100) / "state"
        folder = folders.socket_folder(deep)
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o777 == 0o700
        assert folders.socket_folder(deep) == folder
        assert folders.socket_folder(deep / "other") != folder

    def test_another_s_folder_is_refused(self, tmp_path, monkeypatch):
        monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
        deep = tmp_path / ("d" * 100)
        folder = folders.short_folder(deep)
        folder.rmdir()
        folder.symlink_to(tmp_path)
        with pytest.raises(folders.UnsafeFolder, match="belongs to another user"):
            folders.socket_folder(deep)


class TestEnvironment:
    @pytest.fixture(autouse=True)
    def _nothing_given(self, monkeypatch):
        monkeypatch.delenv("SECRET_KEY", raising=False)
        monkeypatch.delenv("SECRET_KEY_FILE", raising=False)

    def made(self, state: Path) -> dict[str, str]:
        state.mkdir(exist_ok=True)
        return environment.environment(state=state, port=8123, database_url="d", redis_url="r")

    def test_tells_processes_where_everything_is(self, tmp_path, monkeypatch):
        monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        made = self.made(tmp_path / "state")
        assert made["DATABASE_URL"] == "d"
        assert made["REDIS_URL"] == "r"
        assert made["ONETOP_PORT"] == "8123"
        assert made["ONETOP_STATE"] == str(tmp_path / "state")
        assert made["ONETOP_LOCAL"] == "on"
        assert "PYTHONDONTWRITEBYTECODE" not in made

    def test_makes_a_secret_once_that_only_its_owner_reads(self, tmp_path):
        file = Path(self.made(tmp_path / "state")["SECRET_KEY_FILE"])
        secret = file.read_text()
        assert len(secret) >= 50
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700
        self.made(tmp_path / "state")
        assert file.read_text() == secret
        assert Path(self.made(tmp_path / "other")["SECRET_KEY_FILE"]).read_text() != secret

    @pytest.mark.parametrize("name", ["SECRET_KEY", "SECRET_KEY_FILE"])
    def test_keeps_a_secret_that_was_given(self, tmp_path, monkeypatch, name):
        monkeypatch.setenv(name, "given")
        made = self.made(tmp_path / "state")
        assert made[name] == "given"
        assert not (tmp_path / "state" / "secrets").exists()
