"""When each frame of a video is shown: its own timestamp, made to rise."""

from __future__ import annotations

from fractions import Fraction

from av.video.frame import VideoFrame
from av.video.stream import VideoStream

_USUAL_RATE = Fraction(25)
_USUAL_BASE = Fraction(1, 90_000)
_BACK = Fraction(1)
"""Seconds that time may step back before it counts as another recording's start."""
_AHEAD = Fraction(24 * 3600)
"""Seconds that time may leap ahead before it counts as nonsense."""


class Clock:
    """Gives frames, in the order they are shown, their ticks from the first frame on.

    A tick is the frame's own timestamp less the first one's. Three faults are mended and
    flagged: a frame without a timestamp follows by the usual step; one that does not come
    after the frame before is put one tick behind it; and where time starts anew, as in
    recordings joined without care, the rest is moved to where the frame before ended.
    """

    def __init__(self, stream: VideoStream) -> None:
        self.time_base = stream.time_base or _USUAL_BASE
        """Seconds per tick."""
        self.flags: set[str] = set()
        self._usual = max(1, round(1 / (_rate(stream) * self.time_base)))
        self._back, self._ahead = (round(each / self.time_base) for each in (_BACK, _AHEAD))
        self._stamps = _Stamps(stream)
        self._start: int | None = None
        self._origin = self._last = self._end = 0

    @property
    def origin(self) -> Fraction:
        """Where tick 0 lies on the file's own clock, in seconds: what sound goes by as well."""
        return self._origin * self.time_base

    @property
    def end(self) -> Fraction:
        """Seconds at which the last frame ends."""
        return self._end * self.time_base

    def tick(self, frame: VideoFrame) -> int:
        """The tick of the next frame."""
        stamp = self._stamps.best(frame)
        if stamp is None:
            self.flags.add("timestamps_missing")
            tick = self._end
        elif self._start is None:
            self._start, tick = stamp - self._end, self._end
            self._origin = self._start
        else:
            tick = self._mended(stamp)
        duration = frame.duration or 0
        self._last = tick
        self._end = tick + (duration if 0 < duration < self._ahead else self._usual)
        return tick

    def _mended(self, stamp: int) -> int:
        tick = stamp - (self._start or 0)
        if self._last < tick <= self._last + self._ahead:
            return tick
        if self._last - self._back <= tick <= self._last:
            self.flags.add("timestamps_not_rising")
            return self._last + 1
        self.flags.add("timestamps_joined")
        self._start = stamp - self._end
        return self._end


class _Stamps:
    """Chooses between the two timestamps of a frame.

    AVI holds no times at all: frames are counted in the order in which they are decoded.
    Elsewhere, of the time to show and the time to decode, the kind that falls back less
    often is believed, as FFmpeg does (`guess_correct_pts`).
    """

    def __init__(self, stream: VideoStream) -> None:
        self._counts_only = stream.container.format.name == "avi"
        self._last: list[int | None] = [None, None]
        self._faults = [0, 0]

    def best(self, frame: VideoFrame) -> int | None:
        shown, decoded = frame.pts, frame.dts
        if self._counts_only:
            if decoded is None and self._last[1] is not None:
                decoded = self._last[1] + 1  # the last frames come out when all is decoded
            shown = None
        for kind, stamp in enumerate((shown, decoded)):
            last = self._last[kind]
            if stamp is not None:
                self._faults[kind] += last is not None and stamp <= last
                self._last[kind] = stamp
        if shown is not None and (self._faults[0] <= self._faults[1] or decoded is None):
            return shown
        return decoded


def _rate(stream: VideoStream) -> Fraction:
    rate = stream.average_rate or stream.guessed_rate
    return rate if rate and rate > 0 else _USUAL_RATE
