"""Sampling a video: which frames are looked at, and how far decoding came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mediaev.examine.media.clock import Clock
from mediaev.examine.media.container import said
from mediaev.examine.media.scenes import CutDetector

_BARREN = 3000
"""Packets in a row that yield no frame before a stream is given up."""
_LAST_GAP = Fraction(1, 4)
"""Seconds without a sample at the end that make the last frame one."""
_CUT_GAP = Fraction(1, 8)
"""Seconds that two samples for scene changes lie apart at least."""

Hearing = Callable[["Packet[Any]"], None]
"""Takes the packets of sound as they come by."""


@dataclass(slots=True)
class Span:
    """From where to where the packets of one stream reach, in its own ticks."""

    time_base: Fraction
    start: int
    end: int


@dataclass(slots=True)
class Progress:
    """How far decoding came; filled while frames are drawn."""

    packets: int = 0
    """Packets of the picture's stream."""
    frames: int = 0
    errors: int = 0
    """Packets that could not be decoded."""
    spans: dict[int, Span] = field(default_factory=dict)
    """Where the packets of each stream lie, by its index."""
    stopped: str = ""
    """Why reading ended before the file did."""
    flags: set[str] = field(default_factory=set)

    @property
    def covered(self) -> Fraction:
        """Seconds between the start of the first packet and the end of the last."""
        if not self.spans:
            return Fraction(0)
        spans = self.spans.values()
        end = max(each.end * each.time_base for each in spans)
        return end - min(each.start * each.time_base for each in spans)


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame with the tick at which it is shown, from the first frame on."""

    frame: VideoFrame
    tick: int
    new_scene: bool = False
    """Whether it is the first frame after a cut."""
    sampled: bool = True
    """Whether it is to be described, or only filmed."""


class Sampler:
    """Draws the frames of one stream that are to be described."""

    def __init__(
        self, container: InputContainer, stream: VideoStream, hear: Hearing | None = None
    ) -> None:
        self.progress = Progress()
        self.clock = Clock(stream)
        self._hear = hear
        self._container = container
        self._stream = stream

    def samples(self, per_second: int, at_most: int, filmed: int = 0) -> Iterator[Shown]:
        """The first frame of each slot of the regular grid and of each scene, and the last.

        Between them come those that are only filmed: `filmed` in a second, a multiple of
        `per_second`; by default none.
        """
        cuts = CutDetector()
        base = self.clock.time_base
        cut_gap = int(_CUT_GAP / base) + 1
        pace = max(filmed, per_second)
        slot, drawn, sampled, cut_free = -1, 0, 0, 0
        shown: Shown | None = None
        for shown in self.every():
            is_cut = cuts.is_cut(shown.frame) and shown.tick >= cut_free
            if is_cut:
                cut_free = shown.tick + cut_gap
            now = shown.tick * base.numerator * pace // base.denominator
            if now <= slot and not is_cut:
                continue
            is_sample = is_cut or now * per_second // pace > slot * per_second // pace
            slot = max(slot, now)
            if not is_sample:
                yield replace(shown, sampled=False)
                continue
            if drawn == at_most:
                self.progress.stopped = f"only {at_most} samples are taken of one video"
                return
            drawn, sampled = drawn + 1, shown.tick
            yield replace(shown, new_scene=is_cut)
        if shown and (shown.tick - sampled) * base > _LAST_GAP:
            yield shown

    def every(self) -> Iterator[Shown]:
        """Each frame with its tick."""
        for frame in self._frames():
            yield Shown(frame, self.clock.tick(frame))

    def _frames(self) -> Iterator[VideoFrame]:
        """Decode what can be decoded; damaged packets are counted and passed over."""
        barren = 0
        for packet in packets(self._container, self._stream, self.progress, self._hear):
            self.progress.packets += 1
            frames = self._decode(packet)
            self.progress.frames += len(frames)
            barren = 0 if frames else barren + 1
            if barren == _BARREN:
                self.progress.stopped = f"{_BARREN} packets in a row held no picture"
                return
            yield from frames

    def _decode(self, packet: Packet[Any]) -> list[VideoFrame]:
        try:
            return self._stream.decode(packet)
        except MemoryError:
            raise
        except (av.error.FFmpegError, OSError, ValueError):
            self.progress.errors += 1
            return []


def packets(
    container: InputContainer, wanted: Stream, progress: Progress, hear: Hearing | None = None
) -> Iterator[Packet[Any]]:
    """The packets of one stream; those of sound are handed on, and their times looked at."""
    others = [stream for stream in container.streams.audio if stream.index != wanted.index]
    source = container.demux(wanted, *others)
    while True:
        try:
            packet = next(source)
        except StopIteration:
            return
        except MemoryError:
            raise
        except (av.error.FFmpegError, OSError, ValueError) as error:
            progress.stopped = said(error)
            return
        index = packet.stream.index
        if packet.pts is not None:
            start, end = packet.pts, packet.pts + (packet.duration or 0)
            span = progress.spans.get(index)
            if span is None:
                progress.spans[index] = Span(packet.time_base, start, end)
            else:
                span.start, span.end = min(span.start, start), max(span.end, end)
        if index == wanted.index:
            yield packet
        elif hear is not None:
            hear(packet)
