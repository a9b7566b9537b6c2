"""Frames of videos, one a line or one a value, gathered to an entry for each video."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mediaev.lists.hashes import NoHashError, parse
from mediaev.model.hash_list import UNKNOWN_QUALITY, UNKNOWN_TICK, Entry, EntryKind, Item

LATEST = 10_000_000.0
"""Seconds past which a number is no time in a video (but, say, one of day)."""
MOST_FRAMES = 200_000
"""Frames of one video; a text with more of them makes several entries."""


class Frame(NamedTuple):
    """One frame of a video."""

    line: int
    bits: bytes
    quality: int = UNKNOWN_QUALITY
    tick: int = UNKNOWN_TICK
    """Milliseconds."""
    number: int = -1
    """As the list counts; -1 if it does not."""
    label: str = ""


def frame_of(line: int, digits: str, quality: str, seconds: str, number: str = "") -> Frame:
    """Read the cells of a frame. Raises NoHashError."""
    _, bits = parse(digits, EntryKind.PDQ)
    return Frame(
        line,
        bits,
        quality_of(quality),
        tick_of(seconds),
        int(number) if number.isascii() and number.isdigit() and len(number) < 10 else -1,
    )


def quality_of(text: str) -> int:
    """Read a quality, 0..100; unknown where there is none. Raises NoHashError."""
    text = text.strip()
    if not text:
        return UNKNOWN_QUALITY
    if not (text.isascii() and text.isdigit()) or len(text) > 3 or int(text) > 100:
        raise NoHashError(f"{text[:24]!a} is no quality from 0 to 100")
    return int(text)


def tick_of(text: str) -> int:
    """Read seconds into milliseconds; unknown where there are none. Raises NoHashError."""
    if not text.strip():
        return UNKNOWN_TICK
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < LATEST:
        raise NoHashError(f"{text[:24]!a} is no time in seconds")
    return round(seconds * 1000)


def gathered(items: Iterable[Frame | Item]) -> Iterator[Item]:
    """What comes in, with the frames of each video as one entry.

    Frames follow one another; another label, or a frame that is not after the last one,
    begins another video.
    """
    video: list[Frame] = []
    for item in items:
        if isinstance(item, Frame):
            if video and (len(video) == MOST_FRAMES or not _follows(video[-1], item)):
                yield entry_of(video)
                video = []
            video.append(item)
            continue
        if video:
            yield entry_of(video)
            video = []
        yield item
    if video:
        yield entry_of(video)


def entry_of(video: list[Frame], label: str = "") -> Entry:
    """The entry of one video's frames."""
    ticks = tuple(frame.tick for frame in video)
    return Entry(
        EntryKind.VPDQ,
        b"".join(frame.bits for frame in video),
        video[0].line,
        label or video[0].label,
        bytes(frame.quality for frame in video),
        ticks if max(ticks) != UNKNOWN_TICK else (),
    )


def _follows(before: Frame, frame: Frame) -> bool:
    if before.label != frame.label or frame.tick < before.tick:
        return False
    return frame.number > before.number or frame.number == -1
