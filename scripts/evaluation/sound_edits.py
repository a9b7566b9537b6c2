"""The catalogue of changes to sounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from evaluation.hearing import PLAIN, Coding, Samples, mixed, music, seconds_of, silence, voice

LONGEST = 12.0
"""Seconds of a query, where the clip has them."""

Change = Callable[[np.random.Generator, Samples], Samples]


def _same(_choice: np.random.Generator, samples: Samples) -> Samples:
    return samples


def _quieter(_choice: np.random.Generator, samples: Samples) -> Samples:
    return samples * np.float32(10 ** (-12 / 20))


def _voice_over(choice: np.random.Generator, samples: Samples) -> Samples:
    return mixed(samples, voice(choice, seconds_of(samples) + 0.1), 6.0)


def _music(choice: np.random.Generator, samples: Samples) -> Samples:
    return music(choice, seconds_of(samples))


def _nothing(_choice: np.random.Generator, samples: Samples) -> Samples:
    return silence(seconds_of(samples))


@dataclass(frozen=True, slots=True)
class SoundEdit:
    """One way to change a sound."""

    name: str
    verdict: str
    """What should be said about the sound: `only` where the picture is another one."""
    change: Change = _same
    seconds: float = LONGEST
    coding: Coding = PLAIN
    version: int = 1


_PHONE = Coding("highpass=f=300:poles=2,lowpass=f=3000:poles=2")

SOUND_EDITS = {
    edit.name: edit
    for edit in (
        SoundEdit("with_picture", "same"),
        SoundEdit("aac32k", "only", coding=Coding(kbits=32)),
        SoundEdit("quiet12", "only", _quieter),
        SoundEdit("sound5s", "only", seconds=5.0),
        SoundEdit("sound10s", "only", seconds=10.0),
        SoundEdit("phone", "only", coding=_PHONE),
        SoundEdit("tempo0.8", "only", coding=Coding(tempo=0.8)),
        SoundEdit("tempo1.25", "only", coding=Coding(tempo=1.25)),
        SoundEdit("voice_over", "only", _voice_over),
        SoundEdit("music_replaced", "replaced", _music),
        SoundEdit("silent_track", "silent", _nothing),
    )
}
OWN_PICTURE = {"same", "replaced", "silent"}
"""Verdicts of those whose picture is the recording's own."""
