"""Makes the virtual environment `.venv` from a lock file; `environment.sh` runs it when needed.

A copy of the lock is put into `.venv` last. With it, the environment is whole and made of
just these pins; without it, or with another one, it is made anew. So a set-up that was
killed leaves nothing that could be taken for a finished one.

Runs on any Python ≥ 3.11 with the standard library only. Exit code 20 is a failure that
the user has to mend, as in mediaev itself.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
VENV = SCRIPTS.parent / ".venv"
VENV_PYTHON = VENV / "bin" / "python"

RUN = "requirements.lock"
DEVELOP = "requirements-dev.lock"
"""Holds all pins of RUN, and what the tests need (`tests/shape/test_locks.py`)."""

MISSING = 20


def main(lock: str) -> int:
    """Make the environment hold what `lock` pins, unless another process just did."""
    try:
        with _alone() as fd:
            if not _holds(lock):
                _set_up(lock, fd)
    except KeyboardInterrupt:
        _say("set-up interrupted; the next run starts it again.")
        return 130
    except subprocess.CalledProcessError:
        _say("set-up failed, for the reason above. It needs the network once, and 1 GB of disk.")
        return MISSING
    except OSError as problem:
        _say(f"set-up failed: {problem}")
        return MISSING
    return 0


@contextmanager
def _alone() -> Iterator[int]:
    """Hold the set-up lock; a killed process gives it up by itself.

    Yields its descriptor, for child processes to inherit: one that outlives this process
    still keeps others out.
    """
    fd = os.open(__file__, os.O_RDWR)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("another set-up is at work; waiting for it to end.")
            fcntl.flock(fd, fcntl.LOCK_EX)
        yield fd
    finally:
        os.close(fd)


def _holds(lock: str) -> bool:
    """Whether the environment was finished from this very lock."""
    stamp = VENV / lock
    return (
        VENV_PYTHON.exists()
        and stamp.exists()
        and stamp.read_bytes() == (SCRIPTS / lock).read_bytes()
    )


def _set_up(lock: str, fd: int) -> None:
    """Build the environment, or add the development packages to one that can run."""
    add = _holds(RUN) and not (VENV / lock).exists()
    _say(f"setting up .venv from scripts/{lock}; this downloads some 250 MB, once.")
    try:
        installer = [str(VENV_PYTHON), "-I", "-m", "pip"] if add else _build(fd)
        # On a terminal pip shows that it is alive; else it would only fill logs.
        quiet = [] if sys.stderr.isatty() else ["-qq"]
        options = ["--disable-pip-version-check", "--no-input", *quiet]
        pins = ["--require-hashes", "-r", str(SCRIPTS / lock)]
        _run([*installer, *options, "install", *pins], fd)
        for each in {RUN, lock}:
            _stamp(each)
    except BaseException:
        if not add:
            shutil.rmtree(VENV, ignore_errors=True)
        raise
    _say("set-up done.")


def _build(fd: int) -> list[str]:
    """Make an empty environment and return the command line of a pip that fills it."""
    # The real file, not a link such as python3, which may point to another version one day.
    python = os.path.realpath(sys.executable)
    make = [python, "-I", "-m", "venv", "--clear"]
    if importlib.util.find_spec("ensurepip"):
        _run([*make, str(VENV)], fd)
        return [str(VENV_PYTHON), "-I", "-m", "pip"]
    if importlib.util.find_spec("pip"):
        _run([*make, "--without-pip", str(VENV)], fd)
        return [python, "-I", "-m", "pip", "--python", str(VENV_PYTHON)]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    _say(f"{python} comes without venv. Install it (Debian: apt-get install python{version}-venv).")
    raise SystemExit(MISSING)


def _stamp(lock: str) -> None:
    """Put the copy of `lock` into the environment, all of it or nothing."""
    part = VENV / f"{lock}.part"
    shutil.copyfile(SCRIPTS / lock, part)
    part.replace(VENV / lock)


def _run(command: list[str], fd: int) -> None:
    # No shell, and no word of it comes from a user.
    subprocess.run(command, check=True, pass_fds=[fd], stdin=subprocess.DEVNULL)  # noqa: S603


def _say(text: str) -> None:
    print(f"mediaev: {text}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
