"""A real nginx with the configuration of the containers, and the processes that stand behind it there."""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
from django.db import connection
from django.utils import timezone

from onetop_backend.management import secrets
from onetop_backend.processes import health
from onetop_backend.tests.containers.compose import ROOT, filled, services

DEPLOY = ROOT / "deploy" / "nginx"
HOST = "onetop.localhost"
_PATIENCE = 120
METRICS_TOKEN = "nguoi-doc-so-lieu-0123456789-abcdefgh"

# As `.env.example` has it, but that nothing is sent to a broker by hostname.
_PRODUCTION = {
    "ONETOP_TESTING": "off",
    "ALLOWED_HOSTS": f"{HOST},localhost,127.0.0.1",
    "CSRF_TRUSTED_ORIGINS": f"https://{HOST}",
    "CORS_ALLOWED_ORIGINS": f"https://{HOST}",
    "FRONTEND_URL": f"https://{HOST}",
    "TRUSTED_PROXY_COUNT": "1",
    "EMAIL_HOST": "mail.example",
    "METRICS_TOKEN": METRICS_TOKEN,
    "LOG_LEVEL": "ERROR",
}


@dataclass(frozen=True)
class Site:
    """Where nginx answers, and where `web` and `ws` do behind it."""

    http: int
    https: int
    health: int
    web: int
    certificate: Path
    log: Path

    def client(self, token: str = "") -> httpx.Client:
        """Return a client that comes through nginx."""
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.https}",
            headers=_headers(token),
            verify=self.trust(),
            timeout=30,
        )

    def direct(self, token: str = "") -> httpx.Client:
        """Return a client that stands where nginx does."""
        headers = _headers(token) | {"X-Forwarded-Proto": "https"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.web}", headers=headers, timeout=30)

    def logged(self, what: str) -> str:
        """Return the first line of nginx's log that has a text; it is written after the answer is sent."""
        for _ in range(_PATIENCE * 20):
            for line in self.log.read_text(encoding="utf-8").splitlines():
                if what in line:
                    return line
            time.sleep(0.05)
        raise AssertionError(f"{what} is in no line of {self.log}")

    def trust(self) -> ssl.SSLContext:
        """Return what a client needs to believe the certificate."""
        return ssl.create_default_context(cafile=str(self.certificate))


def _headers(token: str) -> dict[str, str]:
    known = {"Host": HOST, "Accept-Language": "en"}
    return known | ({"Authorization": f"Bearer {token}"} if token else {})


def binary() -> str:
    """Return where nginx is; without one the test is skipped, or fails where CI promised one."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        if os.environ.get("ONETOP_REQUIRE_NGINX") == "on":
            pytest.fail("ONETOP_REQUIRE_NGINX is on, but there is no nginx on PATH")
        pytest.skip("there is no nginx on PATH (Debian: apt-get install nginx-light)")
    return found


def configuration(folder: Path, variables: Mapping[str, str]) -> Path:
    """Fill in the template as the entry point of nginx's image does, and return the file."""
    declared = services()["nginx"]["environment"]
    values = {name: filled(value) for name, value in declared.items()}
    sourced = f'. "{DEPLOY}/15-values.envsh"; printf "%s\\n" "$NGINX_BODY_BYTES" "$NGINX_RESOLVER"'
    printed = subprocess.run(
        ["sh", "-euc", sourced],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | values | dict(variables),
    ).stdout.splitlines()
    values |= dict(zip(("NGINX_BODY_BYTES", "NGINX_RESOLVER"), printed, strict=True))
    values |= variables
    template = (DEPLOY / "templates" / "nginx.conf.template").read_text(encoding="utf-8")
    text = re.sub(r"\$\{(NGINX_\w+)\}", lambda match: values[match[1]], template)
    # Debian's nginx is older than this directive; the image's is not.
    version = subprocess.run([binary(), "-v"], check=True, capture_output=True, text=True).stderr
    if tuple(map(int, re.findall(r"\d+", version)[:3])) < (1, 25, 1):
        assert text.count("        http2 on;\n") == 1
        text = text.replace("        http2 on;\n", "")
    file = folder / "nginx.conf"
    file.write_text(text, encoding="utf-8")
    return file


@contextmanager
def running(folder: Path, *, web: int, ws: int) -> Iterator[Site]:
    """Start nginx in front of two ports and stop it in the end."""
    folder.mkdir(exist_ok=True)
    owners = secrets.Owners()
    for _ in secrets.fill(
        folder,
        hosts=secrets.Hosts(),
        owners=owners,
        certificate_for=["127.0.0.1", HOST],
        now=timezone.now(),
    ):
        pass
    http, https, answering = free_ports(3)
    file = configuration(
        folder,
        {
            "NGINX_CERTIFICATE": str(folder / secrets.CERTIFICATE),
            "NGINX_CERTIFICATE_KEY": str(folder / secrets.CERTIFICATE_KEY),
            "NGINX_FOLDER": str(folder),
            "NGINX_HEALTH_PORT": str(answering),
            "NGINX_HTTP_LISTEN": f"127.0.0.1:{http}",
            "NGINX_HTTPS_LISTEN": f"127.0.0.1:{https}",
            "NGINX_HTTPS_PORT": str(https),
            "NGINX_WEB": f"127.0.0.1:{web}",
            "NGINX_WS": f"127.0.0.1:{ws}",
        },
    )
    site = Site(http, https, answering, web, folder / secrets.CERTIFICATE, folder / "nginx.log")
    # One user from beginning to end, as in its container; root's nginx would become nobody, whom this folder keeps out.
    user = pwd.getpwuid(os.geteuid()).pw_name
    options = f"daemon off; user {user} {grp.getgrgid(os.getegid()).gr_name};"
    command = [binary(), "-c", str(file), "-p", str(folder), "-g", options]
    with site.log.open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    with stopped(process):
        _until(partial(_opens, https), process)
        yield site


@contextmanager
def behind(state: Path) -> Iterator[tuple[int, int]]:
    """Start `web` and `ws` as the image does, on the tests' stores, and give their ports."""
    stored = connection.settings_dict
    environment = (
        os.environ
        | _PRODUCTION
        | {
            "DATABASE_URL": (
                f"postgresql://{stored['USER']}:{stored['PASSWORD']}@/{stored['NAME']}"
                f"?host={stored['HOST']}&port={stored['PORT']}"
            ),
            "ONETOP_STATE": str(state),
        }
    )
    web, ws = free_ports(2)
    started = []
    with ExitStack() as stack:
        for role, port in (("web", web), ("ws", ws)):
            command = [
                sys.executable, "-m", "onetop_backend.processes", role, "--host", "127.0.0.1", "--port", str(port),
                "--workers", "1",
            ]  # fmt: skip
            process = subprocess.Popen(command, cwd=ROOT, env=environment)
            stack.enter_context(stopped(process))
            started.append((role, port, process))
        for role, port, process in started:
            _until(partial(_works, role, port), process)
        yield web, ws


@contextmanager
def stopped(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Stop a process in the end."""
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_ports(number: int) -> list[int]:
    """Return ports that nobody listens on."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def _opens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _works(role: str, port: int) -> bool:
    try:
        health.check(role, port=port)
    except health.Unhealthy:
        return False
    return True


def _until(holds: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    for _ in range(_PATIENCE * 20):
        assert process.poll() is None, f"it ended with {process.returncode}"
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError(f"it does not answer after {_PATIENCE} s")
