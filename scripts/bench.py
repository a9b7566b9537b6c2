"""Measures whole commands on folders of one's own; run it through `scripts/bench`.

Prints CPU seconds of the process and all its children, and wall seconds beside them, which
say little on a machine that others use too.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path


def main(folders: list[str]) -> int:
    """Measure every command once on the folders, in a case that is thrown away."""
    if not folders:
        print("usage: scripts/bench FOLDER...", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as place:
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            os.environ[name] = str(Path(place) / name)
        case = str(Path(place) / "case")
        verbs = {
            "mediaev --help": ["--help"],
            "first scan": ["-C", case, "-q", "scan", *folders],
            "second scan": ["-C", case, "-q", "scan", *folders],
            "clusters": ["-C", case, "clusters"],
            "verify": ["-C", case, "verify"],
        }
        date = datetime.now(UTC).date()
        print(f"{date}, {os.cpu_count()} cores, {platform.machine()}, {platform.platform()}")
        print(f"{'command':<16} {'CPU s':>8} {'wall s':>8}  exit")
        for name, verb in verbs.items():
            cpu, wall, code = measured([sys.executable, "-m", "mediaev", *verb])
            print(f"{name:<16} {cpu:8.2f} {wall:8.2f}  {code}", flush=True)
    return 0


def measured(command: list[str]) -> tuple[float, float, int]:
    """CPU seconds with all children, wall seconds and exit code of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    code = subprocess.run(  # noqa: S603 - our own program, arguments that are not a shell's
        command, stdout=subprocess.DEVNULL, check=False
    ).returncode
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
