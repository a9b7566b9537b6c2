"""Made-up landscapes: layers of sky, mountains, woods, water and meadow, as wide as a walk.

They are footage that may be shown to anyone, with as many small things in it as real footage has.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.grain import Field, Ink, ink, lit, mixed, noise, ridge

WIDE, HIGH = 1500, 420
"""Pixels of a layer; a camera sees a part of it."""
HORIZON = 0.5
"""Where the far shore lies, as a part of the height."""

Mask = NDArray[np.float32]
"""How much a layer covers, 0..1."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One depth of a scene."""

    colour: Ink
    """Shape (HIGH, WIDE, 3)."""
    cover: Mask
    """Shape (HIGH, WIDE)."""
    depth: float
    """How far it moves when the camera moves by 1: 0 for the sky, 1 for what is near."""


@dataclass(frozen=True, slots=True)
class Light:
    """The colours of an hour and a season."""

    zenith: Ink
    horizon: Ink
    rock: Ink
    wood: Ink
    field: Ink
    water: Ink
    warmth: Ink
    """By what all colours are multiplied."""


LIGHTS = (
    Light(
        ink(74, 126, 190), ink(206, 222, 232), ink(122, 116, 118), ink(44, 78, 48),
        ink(112, 142, 64), ink(52, 92, 112), ink(1.0, 1.0, 1.0),
    ),
    Light(
        ink(70, 84, 140), ink(244, 186, 132), ink(116, 96, 104), ink(52, 60, 46),
        ink(122, 110, 62), ink(70, 78, 110), ink(1.08, 0.98, 0.88),
    ),
    Light(
        ink(140, 158, 172), ink(214, 216, 212), ink(120, 122, 126), ink(112, 84, 40),
        ink(150, 130, 74), ink(84, 100, 104), ink(0.98, 0.98, 1.0),
    ),
    Light(
        ink(38, 92, 160), ink(190, 220, 236), ink(140, 130, 118), ink(34, 92, 62),
        ink(136, 158, 82), ink(36, 116, 132), ink(1.02, 1.02, 0.98),
    ),
)  # fmt: skip


def landscape(choice: np.random.Generator, light: Light) -> list[Layer]:
    """All layers of one scene, the farthest first."""
    layers = [_sky(choice, light)]
    layers.append(_mountains(choice, light, top=0.12, depth=0.08, scale=230.0, haze=0.55))
    layers.append(_mountains(choice, light, top=0.27, depth=0.16, scale=150.0, haze=0.3))
    layers.append(_woods(choice, light, 0.38, 0.32))
    layers.append(_water(choice, light))
    layers.append(_meadow(choice, light))
    return layers


def _rows() -> Field:
    return np.repeat(np.linspace(0, 1, HIGH, dtype=np.float32)[:, None], WIDE, axis=1)


def _sky(choice: np.random.Generator, light: Light) -> Layer:
    rows = _rows()
    colour = mixed(light.zenith, light.horizon, np.clip(rows / HORIZON, 0, 1) ** 0.8)
    clouds = noise(choice, (WIDE, HIGH), 120, octaves=6, stretch=2.4)
    cover = np.clip((clouds - 0.5) * 4.2, 0, 1) * np.clip(1.15 - rows, 0, 1)
    shaded = lit(np.asarray(cv2.GaussianBlur(clouds, (0, 0), 3), np.float32), 9.0)
    white = np.clip(ink(236, 236, 240) * shaded[..., None], 0, 255)
    colour = mixed(colour, mixed(white, light.horizon, 0.25), np.asarray(cover * 0.9, np.float32))
    return Layer(colour * light.warmth, np.ones((HIGH, WIDE), np.float32), 0.06)


def _below(line: Field) -> Mask:
    """What lies under a line of rows, with a soft edge."""
    return np.asarray(np.clip(np.arange(HIGH)[:, None] - line[None, :] + 0.5, 0, 1), np.float32)


def _mountains(
    choice: np.random.Generator,
    light: Light,
    *,
    top: float,
    depth: float,
    scale: float,
    haze: float,
) -> Layer:
    """A range whose peaks reach up to `top`; the farther, the more haze."""
    line = HIGH * (HORIZON - (HORIZON - top) * (0.25 + 0.75 * ridge(choice, WIDE, scale, 0.46)))
    relief = noise(choice, (WIDE, HIGH), 70, octaves=6)
    folds = noise(choice, (WIDE, HIGH), 40, octaves=4, stretch=0.5)
    shade = lit(np.asarray(relief + 0.7 * folds, np.float32), 5.0)
    down = (np.arange(HIGH)[:, None] - line[None, :]) / HIGH
    snow = np.clip((0.08 - down + 0.12 * (relief - 0.5)) * 26, 0, 1) * (top < 0.2)
    green = np.clip((down - 0.10 + 0.2 * (folds - 0.5)) * 8, 0, 1)
    rock = mixed(light.rock, light.wood * 1.15, np.asarray(green, np.float32))
    colour = mixed(rock, ink(238, 242, 248), np.asarray(snow, np.float32)) * shade[..., None]
    return Layer(
        mixed(np.clip(colour, 0, 255), light.horizon, haze) * light.warmth, _below(line), depth
    )


def _woods(choice: np.random.Generator, light: Light, top: float, depth: float) -> Layer:
    line = HIGH * (HORIZON + 0.02 - (HORIZON - top) * ridge(choice, WIDE, 260, 0.4))
    grass = noise(choice, (WIDE, HIGH), 24, octaves=4)
    colour = mixed(light.field * 0.72, light.wood, np.clip(grass * 1.6 - 0.3, 0, 1))
    cover = _below(line)
    for _ in range(1500):
        x = int(choice.integers(0, WIDE))
        y = float(line[x]) + float(choice.random() ** 1.4) * (HIGH * (HORIZON + 0.02) - line[x])
        size = 9 + 12 * (y / HIGH - top) / (HORIZON - top) * float(choice.uniform(0.6, 1.2))
        tone = light.wood * float(choice.uniform(0.6, 1.25)) + choice.normal(0, 5, 3)
        _conifer(colour, cover, (x, y), size, np.clip(tone, 0, 255))
    _houses(choice, colour, cover, line)
    return Layer(mixed(colour, light.horizon, 0.08) * light.warmth, cover, depth)


def _conifer(
    colour: Ink, cover: Mask, foot: tuple[float, float], size: float, tone: NDArray[np.float64]
) -> None:
    x, y = foot
    for part in range(3):
        top, low = y - size * (1.0 - 0.25 * part), y - size * (0.55 - 0.27 * part)
        half = size * (0.13 + 0.07 * part)
        shape = np.array([(x, top), (x + half, low), (x - half, low)], np.float32)
        points = np.round(shape * 16).astype(np.int32)
        cv2.fillConvexPoly(colour, points, tuple(map(float, tone)), cv2.LINE_AA, 4)
        cv2.fillConvexPoly(cover, points, 1.0, cv2.LINE_8, 4)
        bright = np.array([(x, top), (x, low), (x - half, low)], np.float32)
        lighter = tuple(float(each) for each in np.clip(tone * 1.22 + 4, 0, 255))
        cv2.fillConvexPoly(colour, np.round(bright * 16).astype(np.int32), lighter, cv2.LINE_AA, 4)


def _houses(choice: np.random.Generator, colour: Ink, cover: Mask, line: Field) -> None:
    """A village at the shore: walls, roofs, windows, and a church."""
    middle = float(choice.uniform(0.3, 0.7)) * WIDE
    for number in range(26):
        x = int(np.clip(choice.normal(middle, 150), 20, WIDE - 60))
        wide, high = (float(each) for each in choice.uniform((14, 10), (30, 18)))
        y = min(HIGH * HORIZON - 2, float(line[x]) + float(choice.uniform(10, 46)))
        if number == 0:
            wide, high = 13, 44
        wall = choice.uniform(165, 240) + choice.normal(0, 8, 3)
        roof = np.array([150, 74, 52]) * choice.uniform(0.6, 1.1) + choice.normal(0, 6, 3)
        _box(colour, cover, (x, y - high, x + wide, y), wall)
        _box(colour, cover, (x + wide * 0.62, y - high, x + wide, y), wall * 0.82)
        peak = high * (1.2 if number == 0 else 0.75)
        gable = [(x - 2, y - high), (x + wide / 2, y - high - peak), (x + wide + 2, y - high)]
        points = np.array(gable, np.int32)
        cv2.fillConvexPoly(colour, points, tuple(map(float, roof)), cv2.LINE_AA)
        cv2.fillConvexPoly(cover, points, 1.0)
        for window in range(int(wide // 7)):
            left = x + 3 + window * 7
            dark = float(choice.uniform(30, 90))
            _box(colour, cover, (left, y - high * 0.7, left + 3, y - high * 0.35), [dark] * 3)


def _box(
    colour: Ink, cover: Mask, sides: tuple[float, ...], tone: NDArray[np.float64] | list[float]
) -> None:
    left, top, right, bottom = (round(each) for each in sides)
    cv2.rectangle(colour, (left, top), (right, bottom), tuple(float(each) for each in tone), -1)
    cv2.rectangle(cover, (left, top), (right, bottom), 1.0, -1)


def _water(choice: np.random.Generator, light: Light) -> Layer:
    """A lake; what it mirrors is added for each frame."""
    waves = noise(choice, (WIDE, HIGH), 6, octaves=2, stretch=9)
    rows = np.clip((_rows() - HORIZON) / (1 - HORIZON), 0, 1)
    colour = mixed(light.water * 1.1, light.water * 0.6, rows) * (0.8 + 0.4 * waves[..., None])
    cover = np.clip((_rows() - HORIZON) * 200, 0, 1)
    return Layer(np.asarray(colour * light.warmth, np.float32), np.asarray(cover, np.float32), 0.45)


def _meadow(choice: np.random.Generator, light: Light) -> Layer:
    line = HIGH * (0.80 - 0.11 * ridge(choice, WIDE, 420, 0.4))
    blades = noise(choice, (WIDE, HIGH), 12, octaves=3, stretch=0.2)
    patches = noise(choice, (WIDE, HIGH), 80, octaves=4, stretch=2)
    colour = mixed(light.field * 0.62, light.field * 1.25, blades)
    colour = mixed(colour, light.wood * 1.2, np.asarray(patches**2 * 0.6, np.float32))
    cover = _below(line)
    for _ in range(260):
        x, y = float(choice.uniform(0, WIDE)), float(choice.uniform(0.76, 1.0)) * HIGH
        if y > line[int(x)] + 3:
            petal = [(250, 240, 230), (240, 200, 60), (200, 70, 80), (150, 110, 190)]
            tone = petal[int(choice.integers(4))]
            cv2.circle(colour, (int(x), int(y)), 1 + int(y > 0.9 * HIGH), tone, -1, cv2.LINE_AA)
    _fence(choice, colour, cover, line)
    for _ in range(5):
        x = int(choice.integers(40, WIDE - 40))
        _tree(choice, light, colour, cover, (x, float(line[x]) + float(choice.uniform(6, 30))))
    return Layer(np.asarray(colour * light.warmth, np.float32), cover, 1.0)


def _fence(choice: np.random.Generator, colour: Ink, cover: Mask, line: Field) -> None:
    wood = (116.0, 92.0, 66.0)
    posts = [(x, float(line[x]) + 16 + 3 * np.sin(x / 60)) for x in range(10, WIDE, 34)]
    for number, (x, y) in enumerate(posts):
        tilt = int(choice.integers(-2, 3))
        for canvas, tone in ((colour, wood), (cover, 1.0)):
            cv2.line(canvas, (x + tilt, round(y - 22)), (x, round(y)), tone, 3, cv2.LINE_AA)
            if number:
                before = posts[number - 1]
                for height in (17, 9):
                    start = before[0], round(before[1] - height)
                    cv2.line(canvas, start, (x, round(y - height)), tone, 1, cv2.LINE_AA)


def _tree(
    choice: np.random.Generator,
    light: Light,
    colour: Ink,
    cover: Mask,
    foot: tuple[float, float],
) -> None:
    """A broad tree: a trunk, and leaves in clumps that are lighter above."""
    x, y = foot
    high = float(choice.uniform(90, 150))
    for canvas, tone in ((colour, (74.0, 58.0, 44.0)), (cover, 1.0)):
        cv2.line(canvas, (round(x), round(y)), (round(x), round(y - high * 0.5)), tone, 7)
    for _ in range(240):
        angle, far = choice.uniform(0, 2 * np.pi), float(choice.random()) ** 0.6
        at = (
            x + np.cos(angle) * far * high * 0.36,
            y - high * 0.68 + np.sin(angle) * far * high * 0.3,
        )
        above = 1.0 - (at[1] - (y - high)) / high
        tone = light.wood * (0.5 + 0.85 * above * float(choice.uniform(0.7, 1.2))) + choice.normal(
            0, 6, 3
        )
        place, reach = (round(at[0]), round(at[1])), int(choice.integers(3, 9))
        cv2.circle(
            colour, place, reach, tuple(float(e) for e in np.clip(tone, 0, 255)), -1, cv2.LINE_AA
        )
        cv2.circle(cover, place, reach, 1.0, -1)
