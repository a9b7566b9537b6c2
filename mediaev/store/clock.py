"""The time, as precisely and as honestly as this machine knows it."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from functools import cache
from pathlib import Path


def now() -> str:
    """The wall clock in RFC 3339: UTC, microseconds, `Z`."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def seconds() -> int:
    """The wall clock in whole seconds since 1970, as cosignatures hold it."""
    return int(time.time())


def monotonic() -> str:
    """Nanoseconds of a clock that never steps back within one boot, in decimal."""
    return str(time.monotonic_ns())


@cache
def boot() -> str:
    """What names this run of the machine; of this process, where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return str(uuid.uuid4())
