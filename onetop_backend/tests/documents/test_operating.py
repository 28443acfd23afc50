"""The checklist and the guide to backups, typed into a shell of an operator, on one installation with traffic."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from onetop_backend.tests.documents.installation import Installation, expected
from onetop_backend.tests.house.commands import ELSEWHERE, NOT_HERE, OPERATED
from onetop_backend.tests.local.conftest import eventually

pytestmark = pytest.mark.slow

CHECKLIST, BACKUP = OPERATED
STOP = (
    "docker compose stop web ws celery_worker celery_heavy_worker celery_scrape_worker celery_beat"
)
START = "docker compose start web ws"


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """Give an installation that runs."""
    made = Installation()
    try:
        made.run("-d")
        yield made
    finally:
        made.close()


def compared(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


def differences(page: str, printed: dict[int, str]) -> dict[int, tuple[str, str]]:
    """Return the blocks that print something else than their page says."""
    return {
        line: (compared(text), compared(printed[line]))
        for line, text in expected(page).items()
        if compared(text) != compared(printed[line])
    }


def test_the_checklist_prints_what_it_says(installation: Installation, tmp_path: Path):
    nothing = dict.fromkeys((*NOT_HERE, *ELSEWHERE), ":")

    printed = installation.follow(CHECKLIST, tmp_path, nothing)

    assert differences(CHECKLIST, printed) == {}


class Traffic(threading.Thread):
    """People who register, one after another, until nobody answers any more."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.registered: list[str] = []
        self.enough = threading.Event()

    def run(self) -> None:
        """Register people."""
        while not self.enough.is_set():
            email = f"person{len(self.registered)}@example.vn"
            try:
                post(f"{self.url}/api/v1/auth/register/", person(email))
            except URLError:
                return
            self.registered.append(email)


def person(email: str) -> dict[str, str]:
    return {
        "email": email,
        "password": "mot-mat-khau-dai",
        "full_name": "Nguyễn Văn An",
        "user_type": "CANDIDATE",
    }


def post(url: str, body: dict[str, str]) -> dict[str, str]:
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310
    with urlopen(request, timeout=30) as answer:  # noqa: S310 - our own address
        return dict(json.load(answer))


def test_a_backup_under_traffic_brings_everything_back(installation: Installation, tmp_path: Path):
    traffic = Traffic(installation.url)
    traffic.start()
    eventually(lambda: traffic.registered)
    media = installation.state / "media"
    lost = f"{installation.verb('stop')}; rm -r '{media}'; mkdir '{media}'"
    instead = {
        **dict.fromkeys((*NOT_HERE, *ELSEWHERE), ":"),
        STOP: lost,
        START: installation.verb("-d"),
    }

    printed = installation.follow(BACKUP, tmp_path, instead)
    traffic.enough.set()
    traffic.join()

    assert differences(BACKUP, printed) == {}
    [[there]] = installation.sql("SELECT count(*) FROM users_user WHERE email LIKE 'person%'")
    # Some registered before the dump was made, and others while it was and until everything was stopped.
    assert 0 < there < len(traffic.registered)
    first, last = person(traffic.registered[0]), person(traffic.registered[-1])
    assert "access" in post(f"{installation.url}/api/v1/auth/login/", first)
    with pytest.raises(HTTPError, match="401"):
        post(f"{installation.url}/api/v1/auth/login/", last)
    paths = [path for (path,) in installation.sql("SELECT path FROM core_stored_file")]
    assert paths
    assert [path for path in paths if not (media / path).is_file()] == []
