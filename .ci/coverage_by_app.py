"""Prints the branch coverage of every app and of the composition root; fails when one is under the given percentage."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path


def main(least: float) -> int:
    """Read the data of the last test run and return 1 when a part has too little of it covered."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "coverage.json")
        command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", str(report)]
        if subprocess.run(command).returncode != 0:
            return 1
        files = json.loads(report.read_text())["files"]
    covered: dict[str, int] = defaultdict(int)
    present: dict[str, int] = defaultdict(int)
    for name, file in files.items():
        parts = Path(name).parts
        part = "/".join(parts[:2]) if parts[0] == "apps" and len(parts) > 2 else parts[0]
        summary = file["summary"]
        covered[part] += summary["covered_lines"] + summary["covered_branches"]
        present[part] += summary["num_statements"] + summary["num_branches"]
    too_low = []
    for part in sorted(present):
        if not present[part]:
            continue
        percent = 100 * covered[part] / present[part]
        low = percent < least and part != "onetop_backend"
        if low:
            too_low.append(part)
        print(f"{part:<24}{percent:6.1f} %" + (f"  under {least:g} %" if low else ""))
    return 1 if too_low else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
