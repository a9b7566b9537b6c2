"""Environments of their own, for packages that are kept apart from mediaev's.

Each is made from a lock with hashes, and like `.venv` holds a copy of the lock, written last,
that says that it is whole. `python separate.py validators` makes `.venv-validators`, in which
tests find the programs of others that exports are held against.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VALIDATORS = ROOT / ".venv-validators", ROOT / "scripts" / "requirements-validators.lock"
_SOURCES = ("--only-binary", ":all:", "--no-binary", "bagit")
"""bagit is published as source alone."""


def make_ready(venv: Path, lock: Path, *options: str) -> None:
    """Make the environment hold what the lock pins, unless it does; `options` go to pip.

    Raises CalledProcessError or OSError, and leaves nothing then.
    """
    stamp = venv / lock.name
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return
    try:
        _make(venv, lock, options)
    except (subprocess.CalledProcessError, OSError):
        shutil.rmtree(venv, ignore_errors=True)
        raise
    shutil.copyfile(lock, stamp)


def last_line(problem: Exception) -> str:
    """What went wrong, as the program that failed said it last."""
    said = str(getattr(problem, "stderr", None) or problem).strip()
    return said.splitlines()[-1] if said else type(problem).__name__


def _make(venv: Path, lock: Path, options: tuple[str, ...]) -> None:
    print(f"setting up {venv.name} from scripts/{lock.name}", file=sys.stderr)
    # The real file, since a virtual environment should not be made from another one.
    base = os.path.realpath(sys.executable)
    own = importlib.util.find_spec("pip") is None
    _run([base, "-I", "-m", "venv", "--clear", *(() if own else ("--without-pip",)), str(venv)])
    inside = str(venv / "bin" / "python")
    python, there = (inside, []) if own else (sys.executable, ["--python", inside])
    pip = [python, "-I", "-m", "pip", *there, "install", "-q", "--no-input"]
    told = ["--disable-pip-version-check", "--require-hashes", *options]
    _run([*pip, *told, "-r", str(lock)])


def _run(command: list[str]) -> None:
    subprocess.run(  # noqa: S603 - no shell, and no word of it comes from a user
        command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def main(name: str) -> int:
    """Make the environment that is named; what fails is told, and no more than that."""
    if name != "validators":
        print(f"separate: there is no environment {name}", file=sys.stderr)
        return 2
    try:
        make_ready(*VALIDATORS, *_SOURCES)
    except (subprocess.CalledProcessError, OSError) as problem:
        print(f".venv-{name} could not be made: {last_line(problem)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
