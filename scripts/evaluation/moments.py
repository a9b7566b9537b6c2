"""Which clips are kept out of the library because another moment of their camera is in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from evaluation.chance import shuffled
from evaluation.corpus import Clip
from evaluation.truth import CAMERA

MOST = 40


def held_moments(clips: Sequence[Clip], seed: int) -> list[Clip]:
    """A third of each camera's clips, at least one stays; at most `MOST` in all."""
    cameras: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        if clip.group.startswith(CAMERA):
            cameras[clip.group].append(clip)
    held = []
    for group in sorted(cameras):
        mixed = shuffled(cameras[group], seed, group)
        held += mixed[: -(-len(mixed) // 3) if len(mixed) > 1 else 0]
    return shuffled(held, seed, "held moments")[:MOST]
