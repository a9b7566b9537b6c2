"""Sound: decoded beside the picture, in the same pass over the file, and described.

Whatever is wrong with the sound is counted and said; it never ends the examination of the
picture. Memory stays the same for hours of it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from mediaev.compare.sound_profile import RATE
from mediaev.examine.fingerprint.sound import SoundDescriber
from mediaev.examine.media.container import sound_stream
from mediaev.examine.media.frames import Progress, packets
from mediaev.model.fingerprint import Fingerprint

_BARREN = 3000
"""Packets in a row that yield no sound before a stream is given up."""
_RATES = range(1_000, 1_000_000)
"""Hz; a claimed rate beyond them would make much of nothing, or nothing of much."""
_APART = RATE // 10
"""Ticks that a timestamp may lie ahead of what was heard before the sound counts as broken."""
_AHEAD = 24 * 3600 * RATE
"""Ticks that time may leap ahead before it counts as nonsense."""
_DAMAGED_SHARE = Fraction(1, 50)


class Listener:
    """Hears one stream of sound, packet by packet; nothing in it makes this fail.

    Only a lack of memory is raised.
    """

    def __init__(self, stream: AudioStream, most_seconds: int) -> None:
        stream.codec_context.thread_count = 1
        self.packets = 0
        self.frames = 0
        self.errors = 0
        """Packets of which something could not be decoded."""
        self.stream = stream
        self._most_seconds = most_seconds
        self._cut = False
        self._barren = 0
        self._describer = SoundDescriber()
        self._resampler = AudioResampler(format="flt", layout="mono", rate=RATE)
        self._form: tuple[Any, ...] = ()
        self._next: int | None = None
        """Tick at which the next sample is due."""
        self.origin = Fraction(0)
        """Where the sound begins on the file's own clock, in seconds."""

    @property
    def flags(self) -> set[str]:
        """What a reader of the examination should know of the sound."""
        if not self.packets:
            return set()
        if not self.frames:
            return {"sound_undecodable"}
        damaged = self.errors > self.packets * _DAMAGED_SHARE
        return ({"sound_damaged"} if damaged else set()) | ({"sound_cut"} if self._cut else set())

    def hear(self, packet: Packet[Any]) -> None:
        """Take the next packet of any stream; those of other streams are passed over."""
        if packet.stream.index != self.stream.index or self._deaf:
            return
        self.packets += 1
        heard = False
        try:
            for frame in self.stream.decode(packet):
                heard = True
                self._take(frame)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  (decoders that meet hostile bytes raise anything)
            self.errors += 1
        self._barren = 0 if heard else self._barren + 1

    def fingerprint(self, origin: Fraction) -> Fingerprint | None:
        """What was heard, with times from `origin` (seconds of the file's clock) on."""
        self._flush()
        return self._describer.fingerprint(round(origin * RATE))

    @property
    def _deaf(self) -> bool:
        return self._barren >= _BARREN or self._cut

    def _take(self, frame: AudioFrame) -> None:
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if frame.sample_rate not in _RATES or not frame.layout.nb_channels:
            raise ValueError("no sound has such a form")
        self.frames += 1
        if form != self._form:
            self._flush()
            self._resampler = AudioResampler(format="flt", layout="mono", rate=RATE)
            self._form = form
        self._place(frame)
        self._describe(self._resampler.resample(frame))

    def _place(self, frame: AudioFrame) -> None:
        """Begin a new run of sound where the frame's timestamp leaves a gap."""
        tick, base = self._next or 0, frame.time_base
        if frame.pts is not None and base:
            tick = frame.pts * base.numerator * RATE // base.denominator
        due = self._next
        if due is None:
            self.origin = Fraction(tick, RATE)
        if due is None or _APART < tick - due <= _AHEAD:
            self._flush()
            self._describer.begin(tick)
            self._next = tick

    def _describe(self, resampled: list[AudioFrame]) -> None:
        for each in resampled:
            sound = np.frombuffer(bytes(each.planes[0]), np.float32, each.samples)
            self._describer.add(sound)
            self._next = (self._next or 0) + len(sound)
        self._cut = self._describer.count >= self._most_seconds

    def _flush(self) -> None:
        """Take out what the resampler still holds."""
        if not self._form:
            return
        self._form = ()
        try:
            self._describe(self._resampler.resample(None))
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  (see `hear`)
            self.errors += 1


def listener(container: InputContainer, most_seconds: int) -> Listener | None:
    """What hears the first sound that can be decoded; None if there is none."""
    stream = sound_stream(container)
    return None if stream is None else Listener(stream, most_seconds)


def listen(container: InputContainer, heard: Listener) -> Progress:
    """Read through a file of sound alone."""
    progress = Progress()
    for packet in packets(container, heard.stream, progress):
        heard.hear(packet)
    progress.packets, progress.frames, progress.errors = heard.packets, heard.frames, heard.errors
    return progress
