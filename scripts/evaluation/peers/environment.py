"""`.venv-peers`: the packages of other tools, kept apart from mediaev's own.

Made when a peer is first asked for (scripts/separate.py).
"""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from evaluation.peers.port import UnavailableError
from separate import last_line, make_ready

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
    try:
        make_ready(VENV, LOCK)
    except (subprocess.CalledProcessError, OSError) as problem:
        raise UnavailableError(f"{VENV.name} could not be made: {last_line(problem)}") from None
    return PYTHON


def has(module: str) -> bool:
    """Whether the environment holds a module."""
    code = "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)"
    return not subprocess.run(  # noqa: S603 - our own environment
        [peers_python(), "-I", "-c", code, module], check=False
    ).returncode
