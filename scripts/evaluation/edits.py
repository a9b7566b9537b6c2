"""The catalogue: which edits there are, and of which steps each is made.

A recipe draws all its chance when it is called; the steps it returns then do the same to every
frame. Raise an edit's version when its outcome changes, so that cached files are made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from evaluation import colour, framing, overlays, surroundings
from evaluation.chance import drawn
from evaluation.framing import Step
from evaluation.shot import Shot
from evaluation.surroundings import Beside

Recipe = Callable[[np.random.Generator, Beside], list[Step]]


@dataclass(frozen=True, slots=True)
class Timing:
    """How a video edit treats time."""

    seconds: float = 6.0
    """Length of the query."""
    speed: float = 1.0
    """Exhibit seconds per query second."""
    rate: int = 25
    """Frames a second of the query."""
    times: int = 1
    """How often the same excerpt is shown in a row."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One way to change a recording."""

    name: str
    on: tuple[str, ...]
    """`still`, `video` or both."""
    recipe: Recipe
    version: int = 1
    quality: int | None = None
    """Of the JPEG file; drawn between 70 and 92 without it."""
    crf: int | None = None
    """Of the H.264 file; drawn between 32 and 40 without it."""
    timing: Timing = Timing()

    def steps(self, choice: np.random.Generator, beside: Beside) -> list[Step]:
        """The steps, with all chance drawn."""
        return self.recipe(choice, beside)


def apply(steps: Iterable[Step], shot: Shot) -> Shot:
    """All steps in order."""
    for step in steps:
        shot = step(shot)
    return shot


def _always(*steps: Step) -> Recipe:
    return lambda _choice, _beside: list(steps)


def _drawn(make: Callable[[np.random.Generator], Step]) -> Recipe:
    return lambda choice, _beside: [make(choice)]


def _cut(share: float) -> Recipe:
    return lambda choice, _beside: [framing.cropped(choice, share)]


def _tilt(degrees: float) -> Recipe:
    return lambda choice, _beside: [framing.tilted(choice, degrees)]


def _corner(share: float) -> Recipe:
    return lambda choice, beside: [surroundings.picture_in_picture(choice, share, beside)]


def _split(choice: np.random.Generator, beside: Beside) -> list[Step]:
    return [surroundings.split(choice, beside)]


def _mild(choice: np.random.Generator, _beside: Beside) -> list[Step]:
    return [
        framing.cropped(choice, 0.05),
        colour.levels(1.1, drawn(choice, 5, 15)),
        overlays.logo(choice),
        framing.at_most(720),
    ]


def _tiktok(choice: np.random.Generator, _beside: Beside) -> list[Step]:
    turn = [framing.mirrored] if choice.integers(2) else []
    return [
        *turn,
        framing.cropped(choice, 0.08),
        colour.levels(1.15, drawn(choice, 0, 12)),
        framing.blur_padded(9 / 16),
        overlays.emoji_and_text(choice),
        overlays.subtitles(choice),
    ]


def _screen(choice: np.random.Generator, _beside: Beside) -> list[Step]:
    return [
        framing.cropped(choice, 0.10),
        overlays.subtitles(choice),
        surroundings.screen_photo(choice),
        colour.tinted(choice),
    ]


def _repost(choice: np.random.Generator, _beside: Beside) -> list[Step]:
    turn = [framing.mirrored] if choice.integers(2) else []
    return [
        *turn,
        framing.cropped(choice, 0.10),
        colour.levels(1.1, drawn(choice, -15, 15)),
        overlays.logo(choice),
        overlays.subtitles(choice),
        framing.to_height(320),
    ]


_STILL, _VIDEO, _BOTH = ("still",), ("video",), ("still", "video")

_CATALOGUE = (
    Edit("jpeg30_640", _STILL, _always(framing.at_most(640)), quality=30),
    Edit("jpeg10_320", _STILL, _always(framing.at_most(320)), quality=10),
    Edit("resize50", _STILL, _always(framing.shrunk(0.5))),
    Edit("tg480_crf34", _VIDEO, _always(framing.to_height(480)), crf=34),
    Edit("low320_crf40", _VIDEO, _always(framing.at_most(320)), crf=40),
    Edit("squeeze_1x1", _BOTH, _always(framing.squeezed)),
    Edit("letterbox_black", _STILL, _drawn(framing.barred)),
    Edit("letterbox_9x16", _VIDEO, _always(framing.letterboxed(9 / 16))),
    Edit("blurpad_9x16", _BOTH, _always(framing.blur_padded(9 / 16))),
    Edit("crop10", _BOTH, _cut(0.10)),
    Edit("crop25", _BOTH, _cut(0.25)),
    Edit("crop40", _BOTH, _cut(0.40)),
    Edit("crop60", _STILL, _cut(0.60)),
    Edit("crop_9x16", _VIDEO, lambda choice, _beside: [framing.cropped_to(choice, 9 / 16)]),
    Edit("hflip", _BOTH, _always(framing.mirrored)),
    Edit("rot90", _BOTH, _always(framing.turned)),
    Edit("rot5", _BOTH, _tilt(5)),
    Edit("rot15", _STILL, _tilt(15)),
    Edit("logo", _BOTH, _drawn(overlays.logo)),
    Edit("tiled_wm", _STILL, _drawn(overlays.tiled_watermark)),
    Edit("subtitles", _BOTH, _drawn(overlays.subtitles)),
    Edit("caption_bar", _STILL, _drawn(overlays.caption_bar)),
    Edit("emoji_text", _BOTH, _drawn(overlays.emoji_and_text)),
    Edit("bright", _BOTH, _drawn(colour.brighter)),
    Edit("dark", _STILL, _drawn(colour.darker)),
    Edit("contrast", _STILL, _drawn(colour.harder)),
    Edit("gray", _BOTH, _always(colour.grey)),
    Edit("sepia", _STILL, _always(colour.sepia)),
    Edit("blur3", _STILL, _drawn(colour.blurred)),
    Edit("noise18", _STILL, _drawn(colour.noisy)),
    Edit("faceblur", _BOTH, _drawn(overlays.hidden_face)),
    Edit("phone_ui", _BOTH, _drawn(surroundings.phone_screen)),
    Edit("screen_photo", _STILL, _drawn(surroundings.screen_photo)),
    Edit("screen_persp", _VIDEO, _drawn(surroundings.screen_photo)),
    Edit("pip42", _STILL, _corner(0.42)),
    Edit("pip40", _VIDEO, _corner(0.40)),
    Edit("reaction_split", _BOTH, _split),
    Edit("speed1.25", _VIDEO, _always(), timing=Timing(speed=1.25)),
    Edit("speed0.8", _VIDEO, _always(), timing=Timing(speed=0.8)),
    Edit("slow0.5", _VIDEO, _always(), timing=Timing(speed=0.5)),
    Edit("fps8", _VIDEO, _always(), timing=Timing(rate=8)),
    Edit("clip3s", _VIDEO, _always(), timing=Timing(seconds=3.0)),
    Edit("loop", _VIDEO, _always(), timing=Timing(seconds=2.4, times=3)),
    Edit("combo_mild", _STILL, _mild, quality=50),
    Edit("combo_tiktok", _BOTH, _tiktok),
    Edit("combo_screen", _STILL, _screen, quality=60),
    Edit("combo_repost", _VIDEO, _repost, crf=38),
)

STILL_EDITS = {edit.name: edit for edit in _CATALOGUE if "still" in edit.on}
VIDEO_EDITS = {edit.name: edit for edit in _CATALOGUE if "video" in edit.on}
COMPILATIONS = ("compilation", "compilation_intro")
"""Made of several recordings, so they are no steps over one: `evaluation.compilations`."""
