"""Runs docker-compose.yml with podman, where no engine of Docker's runs, and proves that the platform works in it.

    python deploy/trial/trial.py [PODMAN OPTION…]

What compose does is done here by hand, in its order: conditions, users, capabilities, read-only file systems,
volumes, networks with names, health checks. Limits of memory and CPU are left out. docs/containers.md says how to get
the images.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any

import yaml
from websockets.sync.client import connect
from websockets.typing import Origin

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "onetop-trial"
HOST = "onetop.localhost"
PATIENCE = 180
TEST_PACKAGES = (
    "pytest",
    "factory",
    "hypothesis",
    "playwright",
    "schemathesis",
    "psutil",
    "websockets",
)
PERSON = {"email": "an@example.vn", "password": "mot-mat-khau-dai", "full_name": "Nguyễn Văn An"}


class Trial:
    """The services of the file as containers of one podman."""

    def __init__(self, options: list[str]) -> None:
        self._podman = ["podman", *options]
        text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
        text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text).replace("$$", "$")
        self._file: dict[str, Any] = yaml.safe_load(text)
        # What waits for a profile is not started, as in compose.
        self.services = {n: s for n, s in self._file["services"].items() if "profiles" not in s}

    def podman(self, *arguments: str, check: bool = True) -> str:
        """Run podman and return what it printed."""
        done = subprocess.run(
            [*self._podman, *arguments], check=False, capture_output=True, text=True
        )
        if check and done.returncode:
            raise SystemExit(f"podman {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.stdout.strip()

    def up(self) -> None:
        """Start every service once what it needs is there, and wait until all are healthy."""
        for name, network in self._file["networks"].items():
            self.podman(
                "network",
                "create",
                *(["--internal"] if network.get("internal") else []),
                f"{PREFIX}-{name}",
            )
        waiting, done = dict(self.services), set[str]()
        while waiting:
            name = next(n for n, s in waiting.items() if set(s.get("depends_on", ())) <= done)
            service = waiting.pop(name)
            began = time.monotonic()
            self._start(name, service)
            self._settle(name, service)
            done.add(name)
            say(f"{name}: {'done' if service['restart'] == 'no' else 'healthy'}", began)

    def _start(self, name: str, service: dict[str, Any]) -> None:
        options = [
            "--name",
            f"{PREFIX}-{name}",
            "--hostname",
            name,
            "--pull",
            "never",
            "--no-healthcheck",
        ]
        # This machine's limits of a session; the engine of a server has its own.
        options += ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"]
        options += [
            "--cap-drop",
            "ALL",
            "--security-opt",
            "no-new-privileges",
            "--read-only",
            "--read-only-tmpfs=false",
        ]
        options += [f"--cap-add={capability}" for capability in service.get("cap_add", ())]
        options += [f"--tmpfs={folder}" for folder in service.get("tmpfs", ())]
        if service.get("init"):
            options.append("--init")
        if "user" in service:
            options += ["--user", service["user"]]
        if "env_file" in service:
            options += ["--env-file", str(ROOT / ".env.example")]
        for variable, value in service.get("environment", {}).items():
            options += ["--env", f"{variable}={value}"]
        for volume in service.get("volumes", ()):
            source, rest = volume.split(":", 1)
            at = str(ROOT / source) if source.startswith(".") else f"{PREFIX}-{source}"
            options += ["--volume", f"{at}:{rest}"]
        if service.get("network_mode") == "none":
            options += ["--network", "none"]
        for network in service.get("networks", ()):
            options += ["--network", f"{PREFIX}-{network}:alias={name}"]
        self.podman("run", "--detach", *options, service["image"], *service.get("command", ()))

    def _settle(self, name: str, service: dict[str, Any]) -> None:
        """Return when a service that ends has ended well, or one that lasts is healthy."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            state = json.loads(self.podman("inspect", f"{PREFIX}-{name}"))[0]["State"]
            if service["restart"] == "no":
                if state["Status"] == "exited":
                    if state["ExitCode"] == 0:
                        return
                    break
            elif state["Status"] == "exited":
                break
            elif self._is_healthy(name, service):
                return
            time.sleep(0.5)
        raise SystemExit(
            f"{name}:\n{self.podman('logs', '--tail', '30', f'{PREFIX}-{name}', check=False)}"
        )

    def _is_healthy(self, name: str, service: dict[str, Any]) -> bool:
        kind, *test = service["healthcheck"]["test"]
        command = ["sh", "-c", *test] if kind == "CMD-SHELL" else test
        return self.runs(name, *command)[0] == 0

    def runs(self, name: str, *command: str) -> tuple[int, str]:
        """Run a command in a container and return its exit status and what it printed."""
        done = subprocess.run(
            [*self._podman, "exec", f"{PREFIX}-{name}", *command],
            check=False,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout.strip()

    def address(self, name: str, network: str) -> str:
        """Return a container's address in one network."""
        found = json.loads(self.podman("inspect", f"{PREFIX}-{name}"))[0]["NetworkSettings"][
            "Networks"
        ]
        return found[f"{PREFIX}-{network}"]["IPAddress"]

    def stop(self) -> dict[str, int]:
        """Stop what lasts, from the door inwards, within its grace; return the exit statuses."""
        statuses = {}
        for name in reversed([n for n, s in self.services.items() if s["restart"] != "no"]):
            grace = self.services[name]["stop_grace_period"].removesuffix("s")
            signal = self.services[name].get("stop_signal", "SIGTERM")
            began = time.monotonic()
            self.podman("kill", "--signal", signal, f"{PREFIX}-{name}")
            ended = subprocess.run(
                [*self._podman, "wait", f"{PREFIX}-{name}"],
                check=False, capture_output=True, text=True, timeout=int(grace),
            )  # fmt: skip
            statuses[name] = int(ended.stdout)
            say(f"{name}: {signal}, exit status {statuses[name]}", began)
        return statuses

    def clean(self) -> None:
        """Remove what this made."""
        for kind in ("container", "volume", "network"):
            found = self.podman(kind, "ls", *(["--all"] if kind == "container" else []), "--format",
                                "{{.Names}}" if kind == "container" else "{{.Name}}").split()  # fmt: skip
            for name in found:
                if name.startswith(f"{PREFIX}-"):
                    self.podman(kind, "rm", "--force", name, check=False)


class Client:
    """Somebody outside, who comes through nginx."""

    def __init__(self, address: str, certificate: str) -> None:
        self.address = address
        self.trust = ssl.create_default_context(cadata=certificate)
        self.trust.check_hostname = False
        self.token = ""

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send JSON and return the status and the JSON that answers."""
        headers = {"Host": HOST, "Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection = HTTPSConnection(self.address, 8443, context=self.trust, timeout=30)
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")


def say(what: str, since: float) -> None:
    """Print a line with the seconds that something took."""
    print(f"{time.monotonic() - since:7.1f} s  {what}", flush=True)


def expect(what: str, seen: Any, wanted: Any) -> None:
    """Print a line, and end the trial when it is not as wanted."""
    print(f"{'ok' if seen == wanted else 'NOT OK':>9}  {what}: {seen!r}", flush=True)
    if seen != wanted:
        raise SystemExit(f"wanted {wanted!r}")


def prove(trial: Trial) -> None:
    """Ask the platform what its users and operators would."""
    certificate = trial.runs("web", "cat", "/run/onetop/certificate.pem")[1]
    client = Client(trial.address("nginx", "edge"), certificate)
    status, health = client.ask("GET", "/health/ready/")
    expect("ready, through nginx", (status, health["status"]), (200, "ok"))
    status, jobs = client.ask("GET", "/api/v1/jobs/")
    expect("list of postings", (status, jobs["count"]), (200, 0))
    plain = HTTPConnection(client.address, 8080, timeout=10)
    plain.request("GET", "/api/docs/", headers={"Host": HOST})
    answer = plain.getresponse()
    expect(
        "plain http",
        (answer.status, answer.getheader("Location")),
        (308, f"https://{HOST}/api/docs/"),
    )
    style = HTTPSConnection(client.address, 8443, context=client.trust, timeout=10)
    style.request(
        "GET", "/static/admin/css/base.css", headers={"Host": HOST, "Accept-Encoding": "gzip"}
    )
    answer = style.getresponse()
    expect("static file", (answer.status, answer.getheader("Content-Encoding")), (200, "gzip"))

    expect(
        "register",
        client.ask("POST", "/api/v1/auth/register/", PERSON | {"user_type": "CANDIDATE"})[0],
        201,
    )
    pair = client.ask(
        "POST", "/api/v1/auth/login/", {name: PERSON[name] for name in ("email", "password")}
    )[1]
    client.token = pair["access"]
    ticket = client.ask("POST", "/api/v1/ws-ticket/", {})[1]["ticket"]
    address = f"wss://{HOST}/ws/notifications/?ticket={ticket}"
    door = socket.create_connection((client.address, 8443), timeout=10)
    with connect(address, sock=door, ssl=client.trust, origin=Origin(f"https://{HOST}")) as opened:
        opened.send(json.dumps({"type": "resume", "after_id": None}))
        expect("socket", json.loads(opened.recv(timeout=20))["type"], "resumed")

    expect("beat's tasks, run by the worker", swept(trial), True)
    inspect = (
        "python",
        "-m",
        "celery",
        "-A",
        "onetop_backend",
        "inspect",
        "active_queues",
        "--json",
    )
    _, text = trial.runs("celery_worker", *inspect)
    queues = {
        node: sorted(queue["name"] for queue in found) for node, found in json.loads(text).items()
    }
    for node, names in sorted(queues.items()):
        print(f"           {node}: {' '.join(names)}")
    expect("workers", len(queues), 3)
    _, text = trial.runs("web", "python", "manage.py", "check_stack", "--json")
    # The trial's mail server does not exist.
    expect("what check_stack finds", failed(json.loads(text)), ["mail"])

    own = "import os; print(os.getuid(), os.getgid())"
    expect(
        "user",
        {trial.runs(name, "python", "-c", own)[1] for name in ("web", "ws", "celery_worker")},
        {"10001 10001"},
    )
    found = f"import importlib.util as i; print([n for n in {TEST_PACKAGES} if i.find_spec(n)])"
    expect("test packages in the image", trial.runs("web", "python", "-c", found)[1], "[]")
    expect("tests in the image", trial.runs("web", "find", "/app", "-name", "tests")[1], "")
    expect("writing beside the volume", trial.runs("web", "touch", "/app/x")[0], 1)
    expect(
        "redis without its password",
        trial.runs("redis", "valkey-cli", "ping")[1].split()[0],
        "NOAUTH",
    )
    stranger = "import psycopg; psycopg.connect('host=db user=onetop dbname=onetop')"
    expect("database without its password", trial.runs("web", "python", "-c", stranger)[0], 1)
    reach = "import socket; socket.create_connection((__import__('sys').argv[1], 5432), 3)"
    store = trial.address("db", "inside")
    expect("database from web", trial.runs("web", "python", "-c", reach, store)[0], 0)
    expect("database by name from nginx", trial.runs("nginx", "getent", "hosts", "db")[0], 2)


def failed(report: dict[str, Any]) -> list[str]:
    """Return the parts that do not work."""
    return [part["name"] for part in report["checks"] if part["state"] == "failed"]


def swept(trial: Trial) -> bool:
    """Return whether the metrics come to count a task that beat starts every few seconds."""
    ask = (
        "import urllib.request as u; t = open('/run/onetop/metrics_token').read().strip();"
        f"r = u.Request('http://127.0.0.1:8000/metrics', headers={{'Authorization': 'Bearer ' + t, 'Host': '{HOST}'}});"
        "print(u.urlopen(r).read().decode())"
    )
    for _ in range(60):
        _, text = trial.runs("web", "python", "-c", ask)
        if re.search(r'onetop_task_runs_total\{.*sweep_work".*\} [1-9]', text):
            return True
        time.sleep(0.5)
    return False


def main() -> None:
    """Run the trial and leave nothing behind."""
    trial = Trial(sys.argv[1:])
    began = time.monotonic()
    trial.clean()
    try:
        trial.up()
        say("everything is up", began)
        prove(trial)
        expect("exit statuses", {n: s for n, s in trial.stop().items() if s}, {})
    finally:
        trial.clean()


if __name__ == "__main__":
    main()
