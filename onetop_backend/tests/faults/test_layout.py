"""HTTP and sockets as separate processes, as in production: each is killed while people hire through them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from websockets.exceptions import WebSocketException

from onetop_backend.local.children import Child
from onetop_backend.local.process import kill_group
from onetop_backend.local.programs import Program
from onetop_backend.tests.faults.conftest import Platform, breathe
from onetop_backend.tests.faults.hiring import Hire, hiring, person, signs_in
from onetop_backend.tests.faults.reckoning import reckon
from onetop_backend.tests.local.conftest import eventually, free_port

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


class Server(Child):
    """One of the two servers, on a port of its own."""

    url: str

    @classmethod
    def of(cls, platform: Platform, name: str, interface: str) -> Server:
        port = free_port()
        command = (
            sys.executable, "-m", "granian", "--interface", interface, "--host", "127.0.0.1",
            "--port", str(port), "--blocking-threads", "4" if interface == "wsgi" else "1",
            f"onetop_backend.{interface.removesuffix('nl')}:application",
        )  # fmt: skip
        log = platform.stack.state / "logs" / f"{name}.log"
        made = cls(Program(name, command, log, platform.environment()))
        made.url = f"http://127.0.0.1:{port}"
        return made

    def listens(self) -> bool:
        """Tell whether it answers anything at all: the socket server refuses HTTP."""
        try:
            urlopen(f"{self.url}/health/live/", timeout=5).close()  # noqa: S310 - our own address
        except HTTPError:
            return True
        except OSError:
            return False
        return True

    def die(self) -> None:
        """End as a container does, at once and with all of its processes; another is started in its place."""
        assert self.process is not None
        kill_group(self.process)
        self.start()


@contextmanager
def servers(platform: Platform) -> Iterator[tuple[Server, Server]]:
    web = Server.of(platform, "web-alone", "wsgi")
    ws = Server.of(platform, "ws-alone", "asginl")
    try:
        for server in (web, ws):
            server.start()
        for server in (web, ws):
            eventually(server.listens)
        yield web, ws
    finally:
        for server in (web, ws):
            if server.process is not None:
                kill_group(server.process)


def resumed(web: Server, ws: Server, each: Hire) -> list[str]:
    """Return the kinds of what a candidate's socket sends who missed everything."""
    who = person(web.url)
    who.sockets = ws.url.replace("http", "ws", 1)
    assert signs_in(who, each.candidate)
    with who.socket() as socket:
        socket.send({"type": "resume", "after_id": None})
        kinds = []
        while (frame := socket.receive())["type"] != "resumed":
            kinds.append(frame["kind"])
        return kinds


def test_web_and_ws_may_die_at_any_moment(platform: Platform):
    with servers(platform) as (web, ws):
        with hiring(web.url, people=2) as hires:
            for server in (web, ws, web):
                breathe()
                server.die()
                eventually(server.listens)
            breathe()
            watcher = person(web.url)
            assert signs_in(watcher, hires[0].candidate)
            watcher.sockets = ws.url.replace("http", "ws", 1)
            with watcher.socket() as socket:
                ws.die()
                with pytest.raises((WebSocketException, OSError)):
                    socket.receive()
            eventually(ws.listens)
        reckon(platform, hires, repeats=0)
        assert [resumed(web, ws, each) for each in hires] == [["application_moved"]] * len(hires)


def test_an_open_socket_outlives_its_database(platform: Platform):
    """Its process finds every connection of the pool dead and opens others."""
    with servers(platform) as (web, ws):
        who = person(web.url)
        who.sockets = ws.url.replace("http", "ws", 1)
        assert who.sign_in("candidate@demo.onetop.vn", "onetop-demo-pass").status_code == 200
        with who.socket() as socket:
            for _ in range(2):
                platform.kill("postgres")
                socket.send({"type": "resume", "after_id": None})
                while socket.receive()["type"] != "resumed":
                    pass
