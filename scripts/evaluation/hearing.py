"""Sounds: heard from files, made up, and laid under pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.footage import Excerpt, feed, heard

RATE = 44100
QUIET = 10 ** (-50 / 20)
"""Root mean square, of full scale 1, below which a sound cannot be heard."""
VERSION = 3

Samples = NDArray[np.float32]
"""One channel at `RATE`, full scale ±1."""
Synth = Callable[[np.random.Generator, float], Samples]
"""Makes a sound of so many seconds up."""


@dataclass(frozen=True, slots=True)
class Coding:
    """How a sound is written."""

    graph: str = "anull"
    """A filter of ffmpeg."""
    tempo: float = 1.0
    """How much faster, at the same pitch."""
    kbits: int = 64


PLAIN = Coding()


def hear(excerpt: Excerpt) -> Samples:
    """The sound of an excerpt."""
    return np.frombuffer(heard(excerpt, RATE), np.float32)


def seconds_of(samples: Samples) -> float:
    """How long a sound lasts."""
    return len(samples) / RATE


def loudness(samples: Samples) -> float:
    """Root mean square."""
    return math.sqrt(float(np.mean(np.square(samples)))) if len(samples) else 0.0


def lay(
    path: Path,
    picture: Path,
    samples: Samples,
    coding: Coding = PLAIN,
    *,
    again: bool = False,
) -> float:
    """Write the picture of a file with a sound, and return its seconds.

    The picture is shown `again` and again, or else as long as it lasts.
    """
    seconds = seconds_of(samples) / coding.tempo
    graph = coding.graph
    if coding.tempo != 1:
        graph += f",atempo={coding.tempo}"
        # The filter swallows its first window.
        samples = np.concatenate([np.zeros(1024, np.float32), samples])
    command = [
        *(("-stream_loop", "-1") if again else ()),
        *("-i", str(picture)),
        *("-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "-"),
        *("-map", "0:v", "-map", "1:a", "-c:v", "copy", "-t", f"{seconds:.6f}"),
        *("-af", graph, "-c:a", "aac", "-b:a", f"{coding.kbits}k", "-flags:a", "+bitexact"),
    ]
    feed(path, command, [samples.astype(np.float32).tobytes()])
    return seconds


def silence(seconds: float) -> Samples:
    """Nothing at all."""
    return np.zeros(round(seconds * RATE), np.float32)


def hum(choice: np.random.Generator, seconds: float) -> Samples:
    """Mains hum and hiss, as from a bad microphone in an empty room."""
    t = _times(seconds)
    tone = sum(np.sin(2 * np.pi * 50 * k * t) / k for k in (1, 2, 3))
    return (0.05 * tone + choice.normal(0, 0.01, len(t))).astype(np.float32)


def voice(choice: np.random.Generator, seconds: float) -> Samples:
    """Something that is built like speech: a buzz in changing vowels, in syllables, with pauses."""
    t = _times(seconds)
    pitch = float(choice.uniform(95, 190))
    spoken = np.zeros(len(t), np.float64)
    at = 0.0
    while at < seconds:
        length = float(choice.uniform(0.12, 0.3))
        here = slice(round(at * RATE), min(len(t), round((at + length) * RATE)))
        spoken[here] = _syllable(choice, pitch, t[here] - at, length)
        at += length + float(choice.choice([0.02, 0.05, 0.35], p=[0.5, 0.35, 0.15]))
    return _level(spoken, 0.15)


def _syllable(
    choice: np.random.Generator, pitch: float, t: NDArray[np.float64], length: float
) -> NDArray[np.float64]:
    tone = pitch * float(choice.uniform(0.85, 1.2)) * (1 - 0.1 * t / length)
    formants = choice.uniform((300, 900, 2200), (800, 2100, 3000))
    phase = 2 * np.pi * np.cumsum(tone) / RATE
    buzz = np.zeros(len(t))
    for harmonic in range(1, 24):
        away = (harmonic * pitch - formants) / (90, 120, 180)
        buzz += np.sin(harmonic * phase) * float(np.sum(1 / (1 + np.square(away))))
    return np.asarray(buzz * np.sin(np.pi * np.clip(t / length, 0, 1)) ** 0.6)


def music(choice: np.random.Generator, seconds: float) -> Samples:
    """Chords and a beat."""
    t = _times(seconds)
    beat = 60 / float(choice.uniform(84, 128))
    root = float(choice.uniform(110, 220))
    steps = [0, 5, 7, 9]
    played = np.zeros(len(t), np.float64)
    for number in range(math.ceil(seconds / beat)):
        start = round(number * beat * RATE)
        here = slice(start, min(len(t), start + round(beat * RATE)))
        since = t[here] - number * beat
        chord = root * 2 ** (steps[number // 4 % 4] / 12)
        notes = chord * 2 ** (np.array([0, 4, 7, int(choice.integers(12, 20))]) / 12)
        for note in notes:
            played[here] += np.sin(2 * np.pi * note * since) * np.exp(-3 * since)
        played[here] += choice.normal(0, 1, len(since)) * np.exp(-40 * since)
    return _level(played, 0.12)


def mixed(under: Samples, over: Samples, louder: float) -> Samples:
    """Two sounds at once, the second `louder` decibels above the first."""
    gain = loudness(under) * 10 ** (louder / 20) / max(loudness(over), 1e-6)
    both = under + over[: len(under)] * np.float32(gain)
    peak = float(np.abs(both).max(initial=1.0))
    return np.asarray(both / peak, np.float32)


def _times(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * RATE)) / RATE


def _level(samples: NDArray[np.float64], level: float) -> Samples:
    strength = float(np.sqrt(np.mean(np.square(samples))))
    return np.clip(samples * level / max(strength, 1e-9), -1, 1).astype(np.float32)
