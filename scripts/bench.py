"""Measures whole commands on folders of one's own; run it through `scripts/bench`.

Prints CPU seconds of the process and all its children, and wall seconds beside them, which
say little on a machine that others use too. `docs/measuring.md` says what each part measures.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benching import costs, long_case
from benching.measuring import measured


def main(arguments: list[str]) -> int:
    """Measure what is asked for, in cases that are thrown away."""
    asked = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            os.environ[name] = str(Path(place) / name)
        date = datetime.now(UTC).date()
        print(f"{date}, {os.cpu_count()} cores, {platform.machine()}, {platform.platform()}")
        if asked.hours:
            long_case.main(asked.folders, Path(place), asked.hours)
        elif asked.costs:
            costs.main(asked.folders, Path(place))
        else:
            _commands(asked.folders, Path(place) / "case")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument(
        "--hours",
        type=float,
        metavar="N",
        help="instead, make a case of N hours from the videos and find ten seconds in it",
    )
    chosen.add_argument(
        "--costs",
        action="store_true",
        help="instead, measure examining against bare decoding, and what is stored",
    )
    return parser


def _commands(folders: list[str], case: Path) -> None:
    """Every command once on the folders."""
    verbs = {
        "mediaev --help": ["--help"],
        "first scan": ["-C", str(case), "-q", "scan", *folders],
        "second scan": ["-C", str(case), "-q", "scan", *folders],
        "clusters": ["-C", str(case), "clusters"],
        "verify": ["-C", str(case), "verify"],
    }
    print(f"{'command':<16} {'CPU s':>8} {'wall s':>8}  exit")
    for name, verb in verbs.items():
        done = measured(verb)
        print(f"{name:<16} {done.cpu:8.2f} {done.wall:8.2f}  {done.code}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
