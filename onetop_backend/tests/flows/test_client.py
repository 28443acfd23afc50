"""A client whose types come from our document: it compiles under the strictest rules, and gets what they promise."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from onetop_backend.tests.flows.conftest import ROOT, Stack

pytestmark = pytest.mark.slow

SOURCES = Path(__file__).with_name("typescript")
PACKAGES = ROOT / ".state" / "client" / "node_modules"


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """Give a folder with the client and its packages; the test is skipped, or fails where CI promised them."""
    missing = "node" if shutil.which("node") is None else "" if PACKAGES.is_dir() else str(PACKAGES)
    if missing and os.environ.get("ONETOP_REQUIRE_NODE") == "on":
        pytest.fail(f"ONETOP_REQUIRE_NODE is on, but there is no {missing}")
    if missing:
        pytest.skip(f"there is no {missing} (.ci/run shows how it comes there)")
    for file in SOURCES.iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path)
    (tmp_path / "node_modules").symlink_to(PACKAGES)
    return tmp_path


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(
        command, check=False, cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_compiles_and_runs(stack: Stack, client: Path):
    run(
        "node", "generate.mjs", f"{stack.url}/api/schema/?format=json", "schema.d.ts", folder=client
    )
    run("node_modules/.bin/tsc", folder=client)

    assert run("node", "built/journey.js", stack.url, folder=client).splitlines() == [
        'found: [1,"Lập trình viên Backend Python (Django)","Hà Nội",[]]',
        'misspelt: [["colour","unknown_filter"]]',
        'registered: ["CANDIDATE","NOT_REQUIRED"]',
        'wrong password: "E-mail or password is wrong"',
        'me: ["Trịnh Công Sơn",0,null]',
        'applied: ["PENDING","Lập trình viên Backend Python (Django)",["download_cv","withdraw"]]',
        'repeated: [true,"true"]',
        'again: [409,"already_applied","You have already applied for this job"]',
        "stale: 1",
        'withdrawn: "WITHDRAWN"',
    ]
