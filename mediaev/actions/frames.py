"""Frames of an open file, decoded where it can be killed, and looked over before they are used."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mediaev.errors import DamagedMediaError
from mediaev.examine.showing import show
from mediaev.intake.opened import OpenedFile
from mediaev.model.exhibit import shown
from mediaev.model.features import LocalFeatures
from mediaev.model.frame import Frame, Wanted
from mediaev.ports import Executor, Failure, Limits, Task


def decoded(opened: OpenedFile, wanted: Sequence[Wanted], executor: Executor) -> Sequence[Frame]:
    """The pictures of an open file, decoded where it can be killed. Raises DamagedMediaError."""
    name = shown(opened.path)
    task = Task(opened.path, opened.fd, Limits.for_size(opened.identity.size))
    function = functools.partial(show, wanted=tuple(wanted))
    [(_, result)] = executor.run(function, [task])
    if isinstance(result, Failure):
        raise DamagedMediaError(f"{name} cannot be drawn: {result.kind}: {result.reason}")
    if not _is_as_asked(result, wanted):
        raise DamagedMediaError(f"{name} cannot be drawn: its pictures came out malformed")
    frames: Sequence[Frame] = result
    return frames


def _is_as_asked(result: object, wanted: Sequence[Wanted]) -> bool:
    """Whether a process that a hostile file may have taken over gave just what was asked for."""
    if not isinstance(result, tuple) or len(result) != len(wanted):
        return False
    return all(_fits(each, asked) for each, asked in zip(result, wanted, strict=True))


def _fits(frame: Any, asked: Wanted) -> bool:
    """Any class of ours may come back, with anything in its fields."""
    if not isinstance(frame, Frame) or not isinstance(frame.rgb, bytes):
        return False
    if not _are(int, frame.width, frame.height) or not _are(Fraction, frame.at):
        return False
    small = max(frame.width, frame.height) <= asked.side
    return small and frame.is_whole and _fit(frame.features, asked)


def _fit(features: Any, asked: Wanted) -> bool:
    if features is None:
        return True
    if not isinstance(features, LocalFeatures) or not _are(int, features.width, features.height):
        return False
    packed = (features.ticks, features.counts, features.places, features.codes)
    if not _are(bytes, *packed) or not _are(Fraction, features.time_base):
        return False
    return (
        features.count <= asked.features
        and features.keyframes == 1
        and len(features.ticks) == 8
        and 0 < features.width <= asked.side
        and 0 < features.height <= asked.side
    )


def _are(kind: type, *values: Any) -> bool:
    return all(isinstance(each, kind) for each in values)
