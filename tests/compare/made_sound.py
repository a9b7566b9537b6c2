"""Made-up sound as profiles: band levels that wander as speech and streets do."""

from __future__ import annotations

import numpy as np

from mediaev.compare.sound_profile import BANDS, Sound, coded


def wandering(seed, seconds, spread=9.0):
    """Decibels of the bands, (frames, 16), ten frames a second."""
    chance = np.random.default_rng(seed)
    steps = chance.normal(0, 1, (round(seconds * 10) + 3, BANDS))
    smooth = steps[3:] + steps[2:-1] + steps[1:-2]
    return -40.0 + spread * smooth / smooth.std()


def sound(decibels, start=0.0, votes=None):
    """A profile of these levels, every frame of which bears witness unless told otherwise."""
    heard = np.ones(len(decibels), dtype=np.bool_) if votes is None else votes
    return Sound(start, coded(np.asarray(decibels, dtype=np.float64)), heard)


def played(decibels, speed):
    """The same levels at another tempo."""
    places = np.arange(0, len(decibels) - 1, speed)
    low = places.astype(int)
    share = (places - low)[:, None]
    return decibels[low] * (1 - share) + decibels[low + 1] * share


def worn(decibels, seed, spread=2.0):
    """The same levels as a codec leaves them."""
    return decibels + np.random.default_rng(seed).normal(0, spread, decibels.shape)
