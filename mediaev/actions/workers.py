"""Workers: the processes that examine files. This module loads nothing else.

A process takes as long to start as it takes to load the rest of a verb, so that a verb that is
waited for starts its processes first.
"""

from __future__ import annotations

import contextlib
import os

from mediaev.jobs import ProcessExecutor

_EXAMINING = "mediaev.examine"


def cores() -> int:
    """How many cores this process may use."""
    with contextlib.suppress(AttributeError):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def examiners(files: int) -> ProcessExecutor:
    """Processes to examine so many files, not yet started: cores that are left are shared out."""
    count = max(1, min(files, cores()))
    return ProcessExecutor(count, threads=cores() // count, loading=_EXAMINING)
