"""Made-up footage as bit strings: a scene that changes a little at every sample."""

from __future__ import annotations

import numpy as np

from mediaev.compare.track import Subject, Track
from mediaev.model.fingerprint import WHOLE, Region

PACE = 0.25


def footage(seed, seconds, flips=8):
    """Packed samples of a moving scene, (n, 32), n at four a second."""
    chance = np.random.default_rng(seed)
    bits = chance.integers(0, 2, 256, dtype=np.uint8)
    samples = []
    for _ in range(round(seconds / PACE)):
        bits = bits.copy()
        bits[chance.choice(256, flips, replace=False)] ^= 1
        samples.append(bits)
    return np.packbits(np.array(samples), axis=1)


def static_camera(scene_seed, moment_seed, seconds, moving=6):
    """One fixed scene in which a few bits move, differently at each moment."""
    scene = np.random.default_rng(scene_seed).integers(0, 2, 256, dtype=np.uint8)
    chance = np.random.default_rng(moment_seed)
    samples = np.repeat(scene[None], round(seconds / PACE), axis=0)
    for sample in samples:
        sample[chance.choice(256, moving, replace=False)] ^= 1
    return np.packbits(samples, axis=1)


def reencoded(packed, seed, flips=10):
    """The same samples with some bits flipped in each, as a re-encoding does."""
    chance = np.random.default_rng(seed)
    bits = np.unpackbits(packed, axis=1)
    for sample in bits:
        sample[chance.choice(256, flips, replace=False)] ^= 1
    return np.packbits(bits, axis=1)


def track(region, times, packed, box=WHOLE):
    """A track of clear pictures."""
    return Track(region, times, packed, np.full(len(packed), 100, np.uint8), box)


def video(packed, times=None):
    """A subject of these samples, at the regular pace unless times are given."""
    times = np.arange(len(packed)) * PACE if times is None else np.asarray(times, dtype=float)
    duration = float(times[-1]) + PACE
    return Subject((track(Region.FULL, times, packed),), duration, still=False, samples=times)


def still(sample):
    """A subject of one picture."""
    zero = np.zeros(1)
    return Subject(
        (track(Region.FULL, zero, sample.reshape(1, -1)),), 0.0, still=True, samples=zero
    )
