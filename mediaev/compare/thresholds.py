"""Thresholds: every number that the comparison rests on, under an id that they decide.

They are read off the modules themselves, so none can be forgotten, and a match that names the
id can be computed again by whoever has the numbers.
"""

from __future__ import annotations

import functools
import json
from hashlib import sha256
from types import ModuleType

from mediaev.compare import (
    align,
    codes,
    judge,
    local,
    motion,
    placing,
    proposals,
    reel,
    registration,
    relate,
    settling,
    sound,
    sound_overlay,
    sound_profile,
    sound_stretch,
    sound_windows,
    spots,
    stills,
    testimony,
    track,
)

_MODULES: tuple[ModuleType, ...] = (
    align,
    codes,
    judge,
    local,
    motion,
    placing,
    proposals,
    reel,
    registration,
    relate,
    settling,
    sound,
    sound_overlay,
    sound_profile,
    sound_stretch,
    sound_windows,
    spots,
    stills,
    testimony,
    track,
)

Values = dict[str, dict[str, float | list[float]]]
"""Module → name of the constant → its value."""


def in_force() -> Values:
    """All numbers, and rows of numbers, that the modules of the comparison name in capitals."""
    return {name: dict(values) for name, values in _in_force().items()}


@functools.cache
def thresholds_id() -> str:
    """`t-` and the first 12 hexadecimal digits of SHA-256 over the numbers as JSON."""
    spelled = json.dumps(_in_force(), sort_keys=True, separators=(",", ":"))
    return f"t-{sha256(spelled.encode('ascii')).hexdigest()[:12]}"


@functools.cache
def _in_force() -> Values:
    found: Values = {}
    for module in _MODULES:
        values = {
            name.lstrip("_"): _number(each) for name, each in vars(module).items() if name.isupper()
        }
        told = {name: each for name, each in values.items() if each is not None}
        if told:
            found[module.__name__.rpartition(".")[2]] = told
    return found


def _number(value: object) -> float | list[float] | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, tuple) and value and all(isinstance(one, int | float) for one in value):
        return list(value)
    return None
