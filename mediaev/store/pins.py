"""Pins: the highest checkpoint of each log that this machine has seen.

They lie outside all cases, so that an older copy of a case, put in the place of the newer
one, is noticed. The file is `{"<vault>": {"root": "<hex>", "size": <n>}, …}`.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mediaev.custody.verify import Pin
from mediaev.errors import MediaevError, UsageError
from mediaev.store.files import read_small, write_whole
from mediaev.store.places import pins_file

_LIMIT = 16 << 20


def read_pin(vault: str) -> Pin | None:
    """The pin of a log, if there is one. Raises UsageError for a damaged file of pins."""
    return _read(pins_file()).get(vault)


def raise_pin(vault: str, pin: Pin) -> None:
    """Remember a checkpoint, unless a larger one is known. Raises UsageError."""
    path = pins_file()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(path.parent):
            pins = _read(path)
            known = pins.get(vault)
            if known is None or known.size < pin.size:
                write_whole(path, _written({**pins, vault: pin}), mode=0o600)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}.",
            advice="Without it an older copy of the case would go unnoticed; free or unlock it.",
        ) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other process changes the pins."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _written(pins: dict[str, Pin]) -> bytes:
    plain = {vault: {"root": pin.root.hex(), "size": pin.size} for vault, pin in pins.items()}
    return json.dumps(plain, indent=1, sort_keys=True).encode() + b"\n"


def _read(path: Path) -> dict[str, Pin]:
    try:
        content = read_small(path, _LIMIT)
        if content is None:
            return {}
        return {vault: _pin(entry) for vault, entry in json.loads(content).items()}
    except (
        OSError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
        MediaevError,
    ) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(
            f"The file of checkpoints seen, {path}, cannot be read: {why}",
            advice="Restore it from a backup. If it is moved away, the next command begins a "
            "new one, and an older copy of a case goes unnoticed until then.",
        ) from error


def _pin(entry: Any) -> Pin:
    size, root = entry["size"], bytes.fromhex(entry["root"])
    if type(size) is not int or size < 0 or len(root) != 32:
        raise ValueError("a pin is a size and a SHA-256")
    return Pin(size, root)
