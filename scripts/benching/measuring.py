"""Measuring whole commands: CPU seconds with all children, wall seconds, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

_MEGABYTE = 1024
"""In kibibytes, as Linux counts memory."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command took."""

    cpu: float
    wall: float
    peak: float
    """Most memory of the process, in MB, with the pages of mapped files that it read."""
    code: int
    printed: str


def measured(verb: list[str]) -> Measured:
    """Run `mediaev` with arguments, once."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "mediaev", *verb]
    with subprocess.Popen(  # noqa: S603 - our own program, arguments that are not a shell's
        command, stdout=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        printed = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    scale = _MEGABYTE if sys.platform != "darwin" else _MEGABYTE**2
    cpu = used.ru_utime + used.ru_stime
    return Measured(cpu, wall, used.ru_maxrss / scale, process.returncode, printed)
