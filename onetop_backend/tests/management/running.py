"""Commands as an operator types them, against workers and a beat that really run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from django.db import connection

from onetop_backend.local.programs import platform
from onetop_backend.settings.queues import WORKERS
from onetop_backend.settings.stores import celery_url, redis_database

ROOT = Path(__file__).resolve().parents[3]


class Installation:
    """This test run's database, databases of Redis that nobody else uses, and the programs of `./run`."""

    def __init__(self, folder: Path) -> None:
        database, redis = connection.settings_dict, os.environ["REDIS_URL"]
        url = f"postgresql:///{database['NAME']}?host={database['HOST']}&user={database['USER']}"
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"{url}&port={database['PORT']}" if database["PORT"] else url,
            "CELERY_BROKER_URL": celery_url(redis_database(redis, 9)),
            "REDIS_CACHE_URL": redis_database(redis, 10),
            "CHANNELS_REDIS_URL": redis_database(redis, 11),
            "ONETOP_STATE": str(folder),
        }
        (folder / "beat").mkdir()
        entrances, workers = platform(
            port=1, state=folder, logs=folder, environment=self.environment, workers=WORKERS
        )
        beat = next(program for program in entrances if program.name == "beat")
        self.programs: Mapping[str, subprocess.Popen[bytes]] = {
            program.name: subprocess.Popen(
                program.command, env=self.environment, start_new_session=True
            )
            for program in (beat, *workers)
        }

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ``manage.py`` to its end."""
        return self._run(sys.executable, "manage.py", *arguments)

    def celery(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of Celery to its end."""
        return self._run(sys.executable, "-m", "celery", "-A", "onetop_backend", *arguments)

    def kill(self, name: str) -> None:
        """End a program and its children as a power cut does."""
        process = self.programs[name]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
