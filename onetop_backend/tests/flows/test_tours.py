"""The tours of README and docs, typed into a shell against a running stack."""

from __future__ import annotations

import re
import subprocess

import pytest

from onetop_backend.tests.flows.conftest import ROOT, Stack

pytestmark = pytest.mark.slow

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def comparable(text: str) -> list[str]:
    return UUID.sub("<id>", text).strip().splitlines()


@pytest.mark.parametrize("page", ["README.md", "docs/tour.md"])
def test_a_tour_answers_what_the_page_shows(stack: Stack, tmp_path, page):
    blocks = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    commands = "".join(block for kind, block in blocks if kind == "sh")
    expected = "".join(block for kind, block in blocks if kind == "text")
    script = commands.replace("http://127.0.0.1:8000", stack.url)
    assert script.count(stack.url) == 1

    done = subprocess.run(
        ["bash", "-e"],
        check=False,
        input=script.replace("PROJECT=$PWD", f"PROJECT={ROOT}"),
        cwd=tmp_path,
        env=dict(stack.environment),
        capture_output=True,
        text=True,
        timeout=180,
    )

    assert done.stderr == ""
    assert comparable(done.stdout) == comparable(expected)
