"""Edits of colours and sharpness; nothing in the picture moves."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.chance import drawn
from evaluation.framing import Step
from evaluation.shot import Picture, Shot

_SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])


def levels(gain: float, lift: float) -> Step:
    """Each value times `gain` around middle grey, plus `lift`."""
    values = np.arange(256, dtype=np.float64)
    table = np.clip((values - 128) * gain + 128 + lift, 0, 255).astype(np.uint8)
    return lambda shot: shot.recoloured(_looked_up(shot.picture, table))


def brighter(choice: np.random.Generator) -> Step:
    """30 to 50 grey levels brighter."""
    return levels(1.0, drawn(choice, 30, 50))


def darker(choice: np.random.Generator) -> Step:
    """40 to 60 % of the light."""
    light = drawn(choice, 0.4, 0.6)
    table = (np.arange(256) * light).astype(np.uint8)
    return lambda shot: shot.recoloured(_looked_up(shot.picture, table))


def harder(choice: np.random.Generator) -> Step:
    """Contrast times 1.4 to 1.8."""
    return levels(drawn(choice, 1.4, 1.8), 0.0)


def grey(shot: Shot) -> Shot:
    """Without colour."""
    luma = cv2.cvtColor(shot.picture, cv2.COLOR_RGB2GRAY)
    return shot.recoloured(np.asarray(cv2.cvtColor(luma, cv2.COLOR_GRAY2RGB), np.uint8))


def sepia(shot: Shot) -> Shot:
    """Brown, as old photos."""
    return shot.recoloured(np.asarray(cv2.transform(shot.picture, _SEPIA), np.uint8))


def blurred(choice: np.random.Generator) -> Step:
    """Out of focus: a blur of 3 pixels (sigma) on a long side of 640, ± 20 %."""
    share = 3 / 640 * drawn(choice, 0.8, 1.2)

    def step(shot: Shot) -> Shot:
        soft = cv2.GaussianBlur(shot.picture, (0, 0), share * max(shot.size))
        return shot.recoloured(np.asarray(soft, np.uint8))

    return step


def noisy(choice: np.random.Generator) -> Step:
    """Gaussian noise of 18 grey levels."""
    seed = int(choice.integers(2**31))

    def step(shot: Shot) -> Shot:
        height, width = shot.picture.shape[:2]
        grain = np.random.default_rng(seed + round(shot.at * 1000)).normal(
            0, 18, (height, width, 3)
        )
        noisy_picture = np.clip(shot.picture + grain, 0, 255)
        return shot.recoloured(noisy_picture.astype(np.uint8))

    return step


def tinted(choice: np.random.Generator) -> Step:
    """Another white balance and a little less light."""
    gains = np.array([drawn(choice, 0.85, 1.0) for _ in range(3)])

    def step(shot: Shot) -> Shot:
        return shot.recoloured((shot.picture * gains).astype(np.uint8))

    return step


def _looked_up(picture: Picture, table: NDArray[np.uint8]) -> Picture:
    return np.asarray(cv2.LUT(picture, table), np.uint8)
