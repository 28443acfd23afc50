"""Documents as data: their fenced blocks, each with the line of text before it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_FENCE = re.compile(r"```(\w*)\s*$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the heading above, and the last line of text before it."""

    page: str
    line: int
    language: str
    text: str
    heading: str
    before: str


def pages() -> list[str]:
    """Return every document of the project, by its path."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return sorted(path for path in listed.splitlines() if (ROOT / path).is_file())


def blocks_of(page: str, root: Path = ROOT) -> Iterator[Block]:
    """Yield the fenced blocks of a document in their order."""
    lines = iter(enumerate((root / page).read_text(encoding="utf-8").splitlines(), start=1))
    heading = before = ""
    for number, line in lines:
        opening = _FENCE.match(line)
        if opening is None:
            if line.startswith("#"):
                heading = line.lstrip("# ")
            before = line.strip() or before
            continue
        inside = []
        for _, text in lines:
            if text == "```":
                break
            inside.append(text)
        content = "".join(f"{text}\n" for text in inside)
        yield Block(page, number, opening[1], content, heading, before)


def text_outside_blocks(page: str) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines of a document that stand in no fenced block."""
    fenced = False
    for number, line in enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), start=1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line
