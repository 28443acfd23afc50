"""A real Chromium, the platform on one origin, and pages of other origins that call it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Page, sync_playwright

from apps.users.tests.factories import PASSWORD

R = TypeVar("R")

# Also what a policy forbids without an error in the console: workers, forms.
_NOTE_VIOLATIONS = """
addEventListener('securitypolicyviolation', event =>
  console.error(`violates ${event.violatedDirective}: ${event.blockedURI}`))
"""


class Chromium:
    """One browser in a thread of its own, because its loop would keep this one from the database."""

    def __init__(self, executable: str) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._thread.submit(self._start, executable).result()

    def _start(self, executable: str) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=executable)

    def visit(self, act: Callable[[Page], R]) -> R:
        """Do something with a page of a fresh profile."""
        return self._thread.submit(self._visit, act).result()

    def _visit(self, act: Callable[[Page], R]) -> R:
        context = self._browser.new_context(locale="en-US")
        context.add_init_script(_NOTE_VIOLATIONS)
        try:
            return act(context.new_page())
        finally:
            context.close()

    def close(self) -> None:
        """End the browser and its driver."""
        self._thread.submit(self._stop).result()
        self._thread.shutdown()

    def _stop(self) -> None:
        self._browser.close()
        self._playwright.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Chromium]:
    """Give a browser; without one the test is skipped, or fails where CI promised one."""
    executable = shutil.which("chromium")
    if executable is None:
        if os.environ.get("ONETOP_REQUIRE_BROWSER") == "on":
            pytest.fail("ONETOP_REQUIRE_BROWSER is on, but there is no chromium on PATH")
        pytest.skip("there is no chromium on PATH (Debian: apt-get install chromium)")
    browser = Chromium(executable)
    yield browser
    browser.close()


class _Blank(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!DOCTYPE html><title>another origin</title>")

    def log_message(self, *_: Any) -> None:
        """Write nothing."""


@pytest.fixture(scope="package")
def origins() -> Iterator[tuple[str, str]]:
    """Give the origins of two sites of ours, both on this host and on ports of their own."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Blank) for _ in range(2)]
    for server in servers:
        Thread(target=server.serve_forever, daemon=True).start()
    listed, stranger = (f"http://localhost:{server.server_port}" for server in servers)
    yield listed, stranger
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def listed(origins: tuple[str, str], settings: Any) -> str:
    """Give the origin that operators have listed."""
    settings.CORS_ALLOWED_ORIGINS = settings.CSRF_TRUSTED_ORIGINS = [origins[0]]
    return origins[0]


@pytest.fixture
def stranger(origins: tuple[str, str], listed: str) -> str:
    """Give an origin that they have not."""
    return origins[1]


@pytest.fixture
def site(live_server: Any) -> str:
    """Give the address of the platform, served to the browser from this process."""
    return str(live_server.url)


@pytest.fixture
def as_staff(site: str, staff: Any) -> Callable[[Page], None]:
    """Give what signs a member of the staff in to the admin by its form."""

    def sign_in(page: Page) -> None:
        page.goto(f"{site}/admin/login/")
        page.fill("input[name=username]", staff.email)
        page.fill("input[name=password]", PASSWORD)
        page.click("[type=submit]")
        page.wait_for_url(f"{site}/admin/")

    return sign_in
