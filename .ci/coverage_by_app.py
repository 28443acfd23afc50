"""Prints the branch coverage of every app and of the composition root.

Fails when an app is under the given percentage, or when a line or branch of what moves credits or opens doors is not
covered: there the limit is 100 %.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

# The ledger and the tokens.
WHOLLY = (
    "apps/core/tickets.py",
    "apps/payments/domain/",
    "apps/payments/locks.py",
    "apps/payments/selectors/",
    "apps/payments/services/",
    "apps/users/domain/tokens.py",
    "apps/users/services/tokens.py",
)


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
    for name, file in sorted(files.items()):
        summary = file["summary"]
        gaps = summary["missing_lines"] + summary["num_branches"] - summary["covered_branches"]
        if name.startswith(WHOLLY) and gaps:
            too_low.append(name)
            print(f"{name}  {gaps} lines or branches are not covered, none may be missing")
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
