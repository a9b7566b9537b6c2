"""Processor time, which other work on the machine does not change."""

from __future__ import annotations

import os


def cpu_seconds() -> float:
    """Seconds that this process and its ended children have computed."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
