"""Frames of an open file, decoded where it can be killed, and looked over before they are used."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from PIL import Image

from mediaev.compare.local import alike
from mediaev.compare.placing import Placing
from mediaev.compare.spots import Keyframe, album
from mediaev.derive.sheet.content import Spots
from mediaev.errors import DamagedMediaError
from mediaev.examine.fingerprint.sift import SiftFeatures
from mediaev.examine.media.luma import canonical
from mediaev.examine.showing import show
from mediaev.intake.opened import OpenedFile
from mediaev.model.exhibit import shown
from mediaev.model.features import LocalFeatures
from mediaev.model.frame import Frame
from mediaev.ports import Executor, Failure, Limits, Task

SIDE = 960
"""Longest side of the pictures that are asked for."""
_FEATURE_SIDE = 640
"""Longest side of the picture in which spots are sought, as in a query's keyframes."""
_FEATURES = 600


def decoded(opened: OpenedFile, moments: Sequence[float], executor: Executor) -> dict[float, Frame]:
    """The pictures nearest to some moments of an open file. Raises DamagedMediaError."""
    in_time = sorted(set(moments))
    task = Task(opened.path, opened.fd, Limits.for_size(opened.identity.size))
    [(_, result)] = executor.run(functools.partial(show, moments=in_time, side=SIDE), [task])
    if isinstance(result, Failure):
        raise DamagedMediaError(
            f"{shown(opened.path)} cannot be drawn: {result.kind}: {result.reason}"
        )
    # The process that gave it may have been taken over by a hostile file.
    frames = result if isinstance(result, tuple) else ()
    if len(frames) != len(in_time) or not all(map(_is_sound, frames)):
        raise DamagedMediaError(
            f"{shown(opened.path)} cannot be drawn: its pictures came out malformed"
        )
    return dict(zip(in_time, frames, strict=True))


def _is_sound(frame: Any) -> bool:
    """Any class of ours may come back, with anything in its fields."""
    if not isinstance(frame, Frame):
        return False
    told: Any = frame
    fits = isinstance(told.rgb, bytes) and isinstance(told.at, Fraction)
    sized = isinstance(told.width, int) and isinstance(told.height, int)
    return fits and sized and max(told.width, told.height) <= SIDE and frame.is_whole


def spots_of(pair: tuple[Frame, Frame], placing: Placing) -> Spots | None:
    """Spots that look alike in two frames, held against a placing; None where there are none."""
    one, other = map(_keyframe, pair)
    if not len(one.places) or not len(other.places):
        return None
    return alike(one, other, placing)


def _keyframe(frame: Frame) -> Keyframe:
    grey = np.asarray(Image.frombytes("RGB", (frame.width, frame.height), frame.rgb).convert("L"))
    luma = canonical(grey, _FEATURE_SIDE)
    places, codes = SiftFeatures().describe(luma, _FEATURES)
    count = len(places).to_bytes(2, "little")
    packed = bytes(8), count, places.tobytes(), codes.tobytes()
    height, width = luma.shape
    return album(LocalFeatures(SiftFeatures.id, Fraction(1), width, height, *packed)).keyframes[0]
