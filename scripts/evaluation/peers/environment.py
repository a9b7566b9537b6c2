"""`.venv-peers`: the packages of other tools, kept apart from mediaev's own.

Made when a peer is first asked for, from a lock with hashes. Like `.venv` it holds a copy of
the lock, written last, that says that it is whole.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from evaluation.peers.port import UnavailableError

ROOT = Path(__file__).resolve().parents[3]
LOCK = ROOT / "scripts" / "requirements-peers.lock"
VENV = ROOT / ".venv-peers"
PYTHON = VENV / "bin" / "python"


@cache
def peers_python() -> Path:
    """The interpreter of the environment, which is made first if need be.

    Raises:
        UnavailableError: if it cannot be made.
    """
    stamp = VENV / LOCK.name
    if not stamp.exists() or stamp.read_bytes() != LOCK.read_bytes():
        try:
            _make()
        except (subprocess.CalledProcessError, OSError) as problem:
            shutil.rmtree(VENV, ignore_errors=True)
            raise UnavailableError(
                f"{VENV.name} could not be made: {_last_line(problem)}"
            ) from None
        shutil.copyfile(LOCK, stamp)
    return PYTHON


def has(module: str) -> bool:
    """Whether the environment holds a module."""
    code = "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)"
    return not subprocess.run(  # noqa: S603 - our own environment
        [peers_python(), "-I", "-c", code, module], check=False
    ).returncode


def _make() -> None:
    print(f"evaluate: setting up {VENV.name} from scripts/{LOCK.name}", file=sys.stderr)
    # The real file, since a virtual environment should not be made from another one.
    base = os.path.realpath(sys.executable)
    own = importlib.util.find_spec("pip") is None
    _run([base, "-I", "-m", "venv", "--clear", *(() if own else ("--without-pip",)), str(VENV)])
    python, there = (str(PYTHON), []) if own else (sys.executable, ["--python", str(PYTHON)])
    pip = [python, "-I", "-m", "pip", *there, "install", "-q", "--no-input"]
    _run([*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)])


def _run(command: list[str]) -> None:
    subprocess.run(  # noqa: S603 - no shell, and no word of it comes from a user
        command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def _last_line(problem: Exception) -> str:
    said = str(getattr(problem, "stderr", None) or problem).strip()
    return said.splitlines()[-1] if said else type(problem).__name__
