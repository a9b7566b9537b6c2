"""From timed pictures to fingerprints: every descriptor, the whole picture and the inner one."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from mediaev.examine.media.inner import cut, inner_box
from mediaev.examine.media.inset import inset_box
from mediaev.examine.media.luma import Luma, canonical
from mediaev.model.fingerprint import WHOLE, Box, Fingerprint, Region
from mediaev.ports import Descriptor, Sparse

_CHUNK = 240
"""Samples that are held as pictures at a time: about a minute, some 14 MB."""
_TELLING = 6
"""Samples from which a scene can tell its own inner picture from chance."""
_NEARLY = Fraction(9, 10)
"""Samples stand a little early or late; so much of the gap between two counts as all of it."""
_SECOND = Fraction(1)

_Seeking = Callable[[Sequence[Luma]], Box | None]


def still_fingerprints(luma: Luma, descriptors: Sequence[Descriptor]) -> tuple[Fingerprint, ...]:
    """Fingerprints of one upright still in full size."""
    small = canonical(luma)
    track = _Track(_SECOND)
    for descriptor in descriptors:
        # What other people's lists hold was computed from the full-size picture.
        track.add(descriptor, Region.FULL, [0], [luma if descriptor.stills_only else small])
    if box := inner_box([small]):
        inside = canonical(cut(luma, box))
        track.boxes[Region.INNER] = [box]
        for descriptor in descriptors:
            if not descriptor.stills_only:
                track.add(descriptor, Region.INNER, [0], [inside])
    return track.fingerprints()


class VideoDescriber:
    """Takes the samples of one video in order and describes them chunk by chunk.

    The inner picture and insets are looked for in each scene, since the parts of a compilation
    have bars of their own; a scene too dark or too short to tell takes over that of its chunk.
    """

    def __init__(self, time_base: Fraction, descriptors: Sequence[Descriptor]) -> None:
        self._descriptors = [each for each in descriptors if not each.stills_only]
        self._track = _Track(time_base)
        self._chosen = {
            each.id: _Chosen(int(_NEARLY / (each.per_second * time_base)))
            for each in self._descriptors
            if isinstance(each, Sparse)
        }
        self._ticks: list[int] = []
        self._pictures: list[Luma] = []
        self._scenes: list[int] = []

    def add(self, tick: int, picture: Luma, *, new_scene: bool = False) -> None:
        """Take one canonical picture; say whether it is the first one after a cut."""
        if new_scene:
            self._scenes.append(len(self._ticks))
        self._ticks.append(tick)
        self._pictures.append(picture)
        if len(self._ticks) == _CHUNK:
            self._flush()

    def fingerprints(self) -> tuple[Fingerprint, ...]:
        """All fingerprints, once every sample was added."""
        self._flush()
        return self._track.fingerprints()

    def _flush(self) -> None:
        if not self._ticks:
            return
        for chosen in self._chosen.values():
            chosen.choose(self._ticks, self._scenes)
        self._describe(Region.FULL, 0, self._pictures)
        whole, inset = inner_box(self._pictures), inset_box(self._pictures)
        for start, end in pairwise([0, *self._scenes, len(self._ticks)]):
            if start < end:
                self._describe_within(Region.INNER, start, end, whole, inner_box)
                self._describe_within(Region.INSET, start, end, inset, inset_box)
        self._ticks, self._pictures, self._scenes = [], [], []

    def _describe_within(
        self, region: Region, start: int, end: int, whole: Box | None, looked_for: _Seeking
    ) -> None:
        """Describe a part of one scene's pictures, if there is one: its own, or the chunk's."""
        pictures = self._pictures[start:end]
        box = (looked_for(pictures) if len(pictures) >= _TELLING else None) or whole
        if box is None:
            return
        self._track.boxes.setdefault(region, []).extend([box] * len(pictures))
        self._describe(region, start, [cut(picture, box) for picture in pictures])

    def _describe(self, region: Region, start: int, pictures: Sequence[Luma]) -> None:
        """Describe a run of the chunk's pictures that begins at `start`."""
        every = range(len(pictures))
        for descriptor in self._descriptors:
            chosen = self._chosen.get(descriptor.id)
            kept = every if chosen is None else [i for i in every if start + i in chosen.places]
            if kept:
                ticks = [self._ticks[start + index] for index in kept]
                self._track.add(descriptor, region, ticks, [pictures[index] for index in kept])


class _Chosen:
    """Which samples a sparse descriptor sees: the first of each scene, then one each so often."""

    def __init__(self, gap: int) -> None:
        """`gap`: ticks between two of one scene."""
        self._gap = gap
        self._due: int | None = None
        self.places: set[int] = set()
        """In the chunk at hand."""

    def choose(self, ticks: Sequence[int], scenes: Sequence[int]) -> None:
        """Choose among the samples of the next chunk; `scenes` are places of first ones."""
        self.places, first = set(), set(scenes)
        for place, tick in enumerate(ticks):
            if self._due is None or tick >= self._due or place in first:
                self.places.add(place)
                self._due = tick + self._gap


@dataclass(slots=True)
class _Packed:
    ticks: array[int] = field(default_factory=lambda: array("q"))
    bits: bytearray = field(default_factory=bytearray)
    quality: bytearray = field(default_factory=bytearray)


class _Track:
    """Packed samples by descriptor and region."""

    def __init__(self, time_base: Fraction) -> None:
        self._time_base = time_base
        self._packed: dict[tuple[str, Region], _Packed] = {}
        self.boxes: dict[Region, list[Box]] = {}
        """The place of the inner picture and of an inset, for each of its samples."""

    def add(
        self,
        descriptor: Descriptor,
        region: Region,
        ticks: Sequence[int],
        pictures: Sequence[Luma],
    ) -> None:
        packed = self._packed.setdefault((descriptor.id, region), _Packed())
        bits, quality = descriptor.describe(pictures)
        packed.ticks.extend(ticks)
        packed.bits += bits
        packed.quality += quality

    def fingerprints(self) -> tuple[Fingerprint, ...]:
        boxes = {region: _median(found) for region, found in self.boxes.items()}
        return tuple(
            Fingerprint(
                descriptor=descriptor,
                region=region,
                time_base=self._time_base,
                ticks=little_endian(packed.ticks),
                bits=bytes(packed.bits),
                quality=bytes(packed.quality),
                box=boxes.get(region, WHOLE),
            )
            for (descriptor, region), packed in self._packed.items()
        )


def _median(boxes: Sequence[Box]) -> Box:
    """The middle one of each side."""
    if not boxes:
        return WHOLE
    sides = zip(*((box.left, box.top, box.right, box.bottom) for box in boxes), strict=True)
    left, top, right, bottom = (sorted(side)[len(boxes) // 2] for side in sides)
    return Box(left, top, right, bottom)


def little_endian(ticks: array[int]) -> bytes:
    """Ticks as they are kept: n little-endian int64."""
    if sys.byteorder == "big":
        ticks.byteswap()
    return ticks.tobytes()
