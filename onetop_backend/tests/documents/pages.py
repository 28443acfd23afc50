"""Documents as data: their fenced blocks, each with the line of text before it."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_FENCE = re.compile(r"( *)```(\w*)\s*$")
_PROGRAMS = (
    "./run", "../.venv/bin/", ".venv/bin/", ".ci/", "python", "manage.py", "docker", "kubectl", "celery", "pg_", "psql",
    "createdb", "dropdb", "curl", "git ", "openssl", "cp ", "node ", "npx", "npm",
)  # fmt: skip
_COMMANDS = re.compile(rf"([A-Z_]+=\S+ )*({'|'.join(re.escape(name) for name in _PROGRAMS)})")
"""How a line begins that is a command, where the block does not say so."""
_BEGINNINGS = {
    "./run manage", "docker compose", "docker compose exec web", "docker compose exec -T db", "python manage.py",
}  # fmt: skip
"""What the text puts in front of commands, and what it calls a program: no commands by themselves."""


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
            if text.strip() == "```":
                break
            inside.append(text.removeprefix(opening[1]))
        content = "".join(f"{text}\n" for text in inside)
        yield Block(page, number, opening[2], content, heading, before)


def text_outside_blocks(page: str) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines of a document that stand in no fenced block."""
    fenced = False
    for number, line in enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), start=1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def commands_of(block: Block) -> list[str]:
    """Return the commands of a block, each as one line."""
    if block.language == "sh":
        lines = block.text.splitlines()
    elif not block.language:
        lines = [line for line in block.text.splitlines() if _COMMANDS.match(line)]
    else:
        return []
    commands, waiting = [], ""
    for line in lines:
        waiting += line.removesuffix("\\")
        if not line.endswith("\\") and _is_closed(waiting):
            commands += [_normal(waiting)] if not waiting.lstrip().startswith("#") else []
            waiting = ""
        else:
            waiting += " "
    return [command for command in commands if command]


def commands_in_text(page: str) -> Iterator[tuple[int, str]]:
    """Yield the commands that stand between backticks in the text of a document."""
    for number, line in text_outside_blocks(page):
        for span in re.findall(r"`([^`]+)`", line):
            if _COMMANDS.match(span) and " " in span and span not in _BEGINNINGS:
                yield number, _normal(span)


def _is_closed(line: str) -> bool:
    try:
        shlex.split(line)
    except ValueError:
        return False
    return True


def _normal(command: str) -> str:
    words = " ".join(command.split())
    return f"python {words}" if words.startswith("manage.py ") else words
