"""vPDQ as text: a line for each frame of a video."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from mediaev.lists.frames import Frame, frame_of
from mediaev.lists.hashes import NoHashError
from mediaev.lists.lines import Line
from mediaev.model.hash_list import Item, Unfit

_FULL = re.compile(
    r"\s*(?P<frame>\d+),(?P<quality>\d{1,3}),(?P<hash>[0-9a-fA-F]{64}),(?P<at>[\d.e+-]+)\s*"
)
"""`frame,quality,hash,timestamp`."""
_COMPACT = re.compile(
    r"\s*(?P<frame>)(?P<hash>[0-9a-fA-F]{64}),(?P<quality>\d{1,3}),(?P<at>\d+\.\d+)\s*"
)
"""`hash,quality,timestamp`."""


def form_of(sample: Sequence[str]) -> re.Pattern[str] | None:
    """Which of the two forms the first lines have; None if they have neither."""
    if sample and _FULL.fullmatch(sample[0]):
        return _FULL
    # Unlike the first form, this one could begin a list of PDQ with names.
    return _COMPACT if sample and all(map(_COMPACT.fullmatch, sample)) else None


def read_vpdq(lines: Iterable[Line], form: re.Pattern[str]) -> Iterator[Item | Frame]:
    """Frames in the order of the lines."""
    for number, text in lines:
        found = form.fullmatch(text)
        if found is None:
            yield Unfit(number, f"{text.strip()[:24]!a} is not a frame like those before it")
            continue
        try:
            yield frame_of(number, found["hash"], found["quality"], found["at"], found["frame"])
        except NoHashError as error:
            yield Unfit(number, str(error))
