"""An installation as in production, whose workers and beat really run, and a shell of its operator."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from django.db import connection

from onetop_backend.local.programs import platform
from onetop_backend.management.secrets import random_secret
from onetop_backend.settings.queues import WORKERS
from onetop_backend.settings.stores import celery_url, redis_database

ROOT = Path(__file__).resolve().parents[3]


class Installation:
    """This test run's database, databases of Redis that nobody else uses, and the workers and beat of `./run`."""

    def __init__(self, folder: Path, **variables: str) -> None:
        database, redis = connection.settings_dict, os.environ["REDIS_URL"]
        url = f"postgresql:///{database['NAME']}?host={database['HOST']}&user={database['USER']}"
        self.folder = folder
        self.environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "ONETOP_ENV_FILE": "none",
            "ONETOP_STATE": str(folder),
            "SECRET_KEY": random_secret(),
            "DATABASE_URL": f"{url}&port={database['PORT']}" if database["PORT"] else url,
            "CELERY_BROKER_URL": celery_url(redis_database(redis, 9)),
            "REDIS_CACHE_URL": redis_database(redis, 10),
            "CHANNELS_REDIS_URL": redis_database(redis, 11),
            "ALLOWED_HOSTS": "api.onetop.vn",
            "CORS_ALLOWED_ORIGINS": "https://app.onetop.vn",
            "CSRF_TRUSTED_ORIGINS": "https://app.onetop.vn",
            "FRONTEND_URL": "https://app.onetop.vn",
            "EMAIL_USE_TLS": "off",
            **variables,
        }
        (folder / "beat").mkdir()
        entrances, workers = platform(
            port=1, state=folder, logs=folder, environment=self.environment, workers=WORKERS
        )
        beat = next(program for program in entrances if program.name == "beat")
        self._commands = {program.name: program.command for program in (beat, *workers)}
        self.programs: dict[str, subprocess.Popen[bytes]] = {}
        for name in self._commands:
            self.start(name)

    def start(self, name: str) -> None:
        """Start one of the programs."""
        self.programs[name] = subprocess.Popen(
            self._commands[name], cwd=ROOT, env=self.environment, start_new_session=True
        )

    def shell(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run lines as they stand in a page."""
        return subprocess.run(
            ["bash", "-e"],
            input=script,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ``manage.py`` to its end."""
        return self.shell(f"python manage.py {' '.join(arguments)}")

    def kill(self, name: str) -> None:
        """End a program and its children as a power cut does."""
        process = self.programs[name]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()
