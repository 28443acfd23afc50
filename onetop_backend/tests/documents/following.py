"""Following a how-to page to the letter, in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from onetop_backend.tests.documents.pages import ROOT, Block, blocks_of

_STEP = re.compile(
    r"(?:Create `(?P<new>[^`]+)`|At the end of `(?P<end>[^`]+)`"
    r"|In `(?P<file>[^`]+)`, (?P<how>above|below|replace) `(?P<line>.+)`(?: with)?):"
)
_STAMPS = """
import sys
sys.path.insert(0, "onetop_backend/local")
import bootstrap
bootstrap.STAMP.write_text(f"dev {bootstrap._digest('dev')} {bootstrap._interpreter()}\\n")
"""


class NotAsWritten(AssertionError):
    """A page names a file or a line that is not there."""


class Copy:
    """A copy of the project with a repository of its own, which borrows this environment's packages."""

    def __init__(self, folder: Path) -> None:
        """Copy what the repository holds."""
        self.folder = folder
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, target)
        subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
        self._borrow_environment()

    def _borrow_environment(self) -> None:
        ours, theirs = ROOT / ".venv", self.folder / ".venv"
        theirs.mkdir()
        for entry in ("bin", "lib", "include"):
            if (ours / entry).exists():
                (theirs / entry).symlink_to(ours / entry)
        shutil.copy2(ours / "pyvenv.cfg", theirs)
        subprocess.run(
            [theirs / "bin" / "python", "-c", _STAMPS], cwd=self.folder, check=True, timeout=60
        )

    def run(self, script: str) -> str:
        """Run shell commands at the top of the copy and return what they print.

        :raises AssertionError: one of them fails
        """
        kept = ("PATH", "HOME", "LANG", "TMPDIR")
        done = subprocess.run(
            ["bash", "-e"],
            check=False,
            input=script,
            cwd=self.folder,
            env={name: os.environ[name] for name in kept if name in os.environ}
            | {
                "ONETOP_ENV_FILE": "none",
                "PRE_COMMIT_HOME": str(self.folder / ".pre-commit"),
                # Nothing that a page says may need the network.
                "HTTPS_PROXY": "http://127.0.0.1:9",
                "HTTP_PROXY": "http://127.0.0.1:9",
            },
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def follow(self, page: str) -> None:
        """Do everything that a page says, its commands included.

        :raises NotAsWritten: a step cannot be done
        :raises AssertionError: a command fails
        """
        for block in blocks_of(page, self.folder):
            self.do(block)

    def do(self, block: Block) -> None:
        """Do one step of a page."""
        if block.language == "sh":
            self.run(block.text)
        else:
            self._write(block)

    def _write(self, block: Block) -> None:
        step = _STEP.fullmatch(block.before)
        where = f"{block.page}:{block.line}"
        if step is None:
            raise NotAsWritten(f"{where}: what is to be done with this block?")
        name = step["new"] or step["end"] or step["file"]
        path = self.folder / name
        if step["new"]:
            if path.exists():
                raise NotAsWritten(f"{where}: {name} is there already")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
            return
        if not path.is_file():
            raise NotAsWritten(f"{where}: there is no {name}")
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text + block.text if step["end"] else _changed(text, step, block.text, where),
            encoding="utf-8",
        )


def _changed(text: str, step: re.Match[str], block: str, where: str) -> str:
    lines = text.splitlines(keepends=True)
    there = [number for number, line in enumerate(lines) if line.strip() == step["line"]]
    if len(there) != 1:
        raise NotAsWritten(f"{where}: {step['file']} has {len(there)} lines {step['line']!r}")
    first = there[0] + (step["how"] == "below")
    after = there[0] + (step["how"] != "above")
    lines[first:after] = [block]
    return "".join(lines)
