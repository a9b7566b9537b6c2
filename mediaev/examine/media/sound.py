"""Sound: whether it can be decoded, and how long it is."""

from __future__ import annotations

import av
from av.container import InputContainer

from mediaev.examine.media.container import sound_stream
from mediaev.examine.media.frames import Progress, packets

_TRIED = 200
"""Packets that are decoded until one yields sound."""


def listen(container: InputContainer) -> Progress:
    """Read through the first sound stream; only its first packets are decoded."""
    progress = Progress()
    stream = sound_stream(container)
    if stream is None:
        return progress
    for packet in packets(container, stream, progress):
        progress.packets += 1
        if progress.frames or progress.packets > _TRIED:
            continue
        try:
            progress.frames += len(stream.decode(packet))
        except MemoryError:
            raise
        except (av.error.FFmpegError, OSError, ValueError):
            progress.errors += 1
    return progress
