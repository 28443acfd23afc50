"""People of the journeys: each talks to the platform as a browser or an app would."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

T = TypeVar("T")


class Person:
    """Somebody with an HTTP client, and a token once signed in."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=f"{url}/api/v1/", headers={"Accept-Language": "en"})
        self.sockets = url.replace("http", "ws", 1)
        self.refresh = ""

    def sign_in(self, email: str, password: str) -> httpx.Response:
        """Log in and keep the tokens; return the answer."""
        answer = self.post("auth/login/", {"email": email, "password": password})
        if answer.status_code == httpx.codes.OK:
            self.keep(answer.json())
        return answer

    def keep(self, pair: dict[str, Any]) -> None:
        """Use this pair of tokens from now on."""
        self.http.headers["Authorization"] = f"Bearer {pair['access']}"
        self.refresh = pair["refresh"]

    def get(self, path: str, **params: Any) -> httpx.Response:
        """Read."""
        return self.http.get(path, params=params)

    def post(self, path: str, body: Any = None) -> httpx.Response:
        """Send JSON."""
        return self.http.post(path, json=body or {})

    def patch(self, path: str, body: Any) -> httpx.Response:
        """Change by JSON."""
        return self.http.patch(path, json=body)

    def delete(self, path: str) -> httpx.Response:
        """Delete."""
        return self.http.delete(path)

    def apply(self, job: str, name: str, content: bytes) -> httpx.Response:
        """Apply for a posting with a CV."""
        return self.http.post(
            "applications/",
            data={"job": job, "cover_letter": "Tôi rất quan tâm đến vị trí này."},
            files={"cv_file": (name, content)},
        )

    @contextmanager
    def socket(self, path: str = "/ws/notifications/") -> Iterator[Socket]:
        """Open a socket with a ticket of one's own."""
        ticket = self.post("ws-ticket/").json()["ticket"]
        with connect(f"{self.sockets}{path}?ticket={ticket}") as connection:
            yield Socket(connection)


class Socket:
    """An open socket that speaks JSON."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    def send(self, frame: dict[str, Any]) -> None:
        """Send a frame."""
        self._connection.send(json.dumps(frame))

    def receive(self, seconds: float = 10) -> dict[str, Any]:
        """Return the next frame."""
        frame: dict[str, Any] = json.loads(self._connection.recv(timeout=seconds))
        return frame

    def hung_up_with(self, seconds: float = 10) -> int:
        """Return the code with which the platform closes the socket next."""
        with pytest.raises(ConnectionClosed) as closed:
            self.receive(seconds)
        assert closed.value.rcvd is not None
        return int(closed.value.rcvd.code)


class Staff:
    """Somebody in the admin, with cookies and forms."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self.http = httpx.Client(
            base_url=url, headers={"Accept-Language": "en"}, follow_redirects=True
        )
        page = self.submit("/admin/login/", {"username": email, "password": password})
        assert "logout" in page.text, page.text

    def get(self, path: str, **params: Any) -> httpx.Response:
        """Read a page."""
        answer = self.http.get(path, params=params)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer

    def submit(self, path: str, fields: dict[str, Any]) -> httpx.Response:
        """Fill in the form of a page, hidden fields as they are, and send it."""
        page = self.get(path)
        hidden = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', page.text))
        answer = self.http.post(
            path,
            data={**hidden, **fields},
            headers={"Referer": f"{self.http.base_url}{path}"},
        )
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer


def eventually(read: Callable[[], T | None], what: str, seconds: float = 20) -> T:
    """Return what ``read`` gives once it gives something; other processes need a moment."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := read():
            return found
        time.sleep(0.1)
    raise AssertionError(f"still no {what} after {seconds} s")


def pdf() -> bytes:
    """Return a small CV as PDF."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def docx() -> bytes:
    """Return a small CV as Word document."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            'content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.'
            'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr("word/document.xml", "<w:document/>")
    return packed.getvalue()
