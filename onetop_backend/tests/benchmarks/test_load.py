"""The load generator against a real server on a loopback socket."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.rig import load


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1  # type: ignore[attr-defined]
        if self.headers.get("If-None-Match") == '"same"':
            self.send_response(304)
            self.send_header("ETag", '"same"')
            self.end_headers()
        elif self.path == "/chunked":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"3\r\nabc\r\n")
            self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.send_response(404 if self.path == "/none" else 200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    found = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    found.daemon_threads = True
    found.asked = Counter()  # type: ignore[attr-defined]
    thread = threading.Thread(target=found.serve_forever)
    thread.start()
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


@pytest.fixture
def port(server):
    return server.server_port


def test_counts_what_was_answered(server, port):
    found = load.burst([load.request("/a", port)], port=port, expected=200, seconds=0.05)

    assert found.answered == server.asked["/a"] == len(found.latencies)
    assert found.answered >= load.CONNECTIONS
    assert found.per_second == found.answered / found.seconds
    assert found.percentile(0.5) <= found.percentile(0.99) <= found.latencies[-1]


def test_takes_turns_and_calls_before_an_address_comes_again(server, port):
    paths = [f"/{number}" for number in range(40)]
    most = []

    def forget():
        most.append(max(server.asked.values(), default=0))
        server.asked.clear()

    load.burst(
        [load.request(path, port) for path in paths],
        port=port,
        expected=200,
        seconds=0.2,
        before_each_turn=forget,
    )

    assert len(most) > 2
    assert max(most) == 1


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [("/", {"If_None_Match": '"same"'}, 304), ("/chunked", {}, 200), ("/none", {}, 404)],
)
def test_reads_every_kind_of_answer(port, path, headers, status):
    asked = load.request(path, port, **headers)

    assert load.fetch(asked, port)[0] == status
    assert load.burst([asked], port=port, expected=status, seconds=0.02).answered > 0


def test_another_status_ends_the_measurement(port):
    with pytest.raises(load.UnexpectedAnswer, match="404 instead of 200"):
        load.burst([load.request("/none", port)], port=port, expected=200, seconds=0.02)
