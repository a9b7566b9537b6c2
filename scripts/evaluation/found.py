"""A picture of what was found: every edit of one recording, with the place that was named in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from evaluation.footage import Excerpt, frames
from evaluation.shot import Picture
from evaluation.tool import Found, Run
from evaluation.truth import Exhibit, Kind, Query, Trial
from mediaev.compare.overlap import overlap
from mediaev.compare.placing import Placing, size_of
from mediaev.derive.sheet.lettering import BOLD, Canvas, Hand, paragraph, write
from mediaev.derive.sheet.palette import GREEN, INK, QUIET, VERMILLION, WHITE

TILE = (190, 140)
"""Pixels that a picture may take."""
_ACROSS = 6
_GAP, _EDGE, _WORDS = 14, 24, 46
_HEAD = 74
_COLOURS = 240
"""Of the palette of the file, so that it stays small."""
_TITLE, _NAME = Hand(22, INK, BOLD), Hand(14, INK, BOLD)
_TEXT = Hand(13, QUIET)


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture with what is said of it."""

    picture: Picture
    name: str
    says: str
    found: bool
    outline: np.ndarray | None = None
    """Corners in units of the picture's longest side."""


def draw_found(path: Path, trials: Sequence[tuple[Trial, Run]]) -> str:
    """Draw all edits of the first source of each trial; returns what to say of it."""
    parts = [(trial, list(_tiles(trial, run))) for trial, run in trials]
    parts = [(trial, tiles) for trial, tiles in parts if tiles]
    if not parts:
        return "nothing was edited, so no sheet was drawn"
    canvas = np.concatenate([_grid(trial.name, tiles) for trial, tiles in parts])
    image = Image.fromarray(canvas).quantize(_COLOURS, dither=Image.Dither.NONE)
    image.save(path, "PNG", optimize=True)
    drawn = sum(len(tiles) - 1 for _, tiles in parts)
    return f"drew {drawn} edits into {path}"


def _tiles(trial: Trial, run: Run) -> Iterator[Tile]:
    """The source, then each of its edits in the order in which they were made."""
    copies = [query for query in trial.queries if query.kind is Kind.COPY]
    if not copies or run.failed.keys() >= {query.name for query in copies}:
        return
    digest = copies[0].sources[0]
    source = next(each for each in trial.library if each.digest == digest)
    own = [query for query in copies if query.sources[0] == digest and digest in query.found_in]
    at = next((sum(part.shown) / 2 for query in own for part in query.parts), 0.0)
    picture = _picture(source.path, at, source.seconds)
    yield Tile(picture, "the recording", "held in the library", found=True)
    for query in own:
        yield _tile(query, source, picture, run)


def _tile(query: Query, source: Exhibit, original: Picture, run: Run) -> Tile:
    said = next((each for each in run.answers[query.name] if each.exhibit == source.digest), None)
    part = next(each for each in query.parts if each.exhibit == source.digest)
    picture = _picture(query.path, sum(part.query) / 2, query.seconds)
    if said is None:
        return Tile(picture, query.edit, "missed", found=False)
    outline = _outline(said, picture, original)
    says = f"{said.relation} {said.score:.2f}"
    if not said.accepted:
        says = f"missed: {says}"
    return Tile(picture, query.edit, says, said.accepted, outline)


def _picture(path: Path, at: float, seconds: float) -> Picture:
    if seconds > 0:
        return next(frames(Excerpt(path, max(0.0, min(at, seconds - 0.2)), 0.2)))
    with Image.open(path) as image:
        return np.array(ImageOps.exif_transpose(image).convert("RGB"))


def _outline(said: Found, picture: Picture, original: Picture) -> np.ndarray | None:
    """Where in the edited picture the tool says that the recording lies."""
    here, there = (size_of(each.shape[1], each.shape[0]) for each in (picture, original))
    told = said.evidence.get("visual", {}).get("placing")
    if told is not None:
        areas = overlap(Placing(np.array(told, np.float64), here, there))
        return None if areas is None else areas[0]
    if said.box_in != "query":
        return np.array([(0, 0), (here[0], 0), here, (0, here[1])])
    box = said.box
    corners = [
        (box.left, box.top),
        (box.right, box.top),
        (box.right, box.bottom),
        (box.left, box.bottom),
    ]
    return np.array(corners) * here


def _grid(name: str, tiles: Sequence[Tile]) -> Canvas:
    """A heading, and the tiles row by row."""
    rows = -(-len(tiles) // _ACROSS)
    across, down = TILE[0] + _GAP, TILE[1] + _GAP + _WORDS
    wide = 2 * _EDGE + _ACROSS * across - _GAP
    canvas = np.full((_HEAD + rows * down + 10, wide, 3), WHITE, np.uint8)
    found = sum(tile.found for tile in tiles[1:])
    title = f"{found} of {len(tiles) - 1} edits of one recording found ({name})"
    write(canvas, (_EDGE, 16), title, _TITLE)
    text = "outlined: where mediaev says that the recording lies; the number is its score"
    write(canvas, (_EDGE, 46), text, _TEXT)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, _ACROSS)
        _draw(canvas, tile, _EDGE + column * across, _HEAD + row * down)
    return canvas


def _draw(canvas: Canvas, tile: Tile, left: int, top: int) -> None:
    high, wide = tile.picture.shape[:2]
    scale = min(TILE[0] / wide, TILE[1] / high)
    size = max(2, round(wide * scale)), max(2, round(high * scale))
    small = cv2.resize(tile.picture, size, interpolation=cv2.INTER_AREA)
    x, y = left + (TILE[0] - size[0]) // 2, top + (TILE[1] - size[1]) // 2
    canvas[y : y + size[1], x : x + size[0]] = small
    colour = GREEN if tile.found else VERMILLION
    if tile.outline is not None:
        corners = tile.outline * max(size) + [x, y]
        inside = np.clip(corners, [x + 1, y + 1], [x + size[0] - 2, y + size[1] - 2])
        points = [np.round(inside * 16).astype(np.int32).reshape(-1, 1, 2)]
        for tone, thick in ((WHITE, 4), (colour, 2)):
            cv2.polylines(canvas, points, True, tone, thick, cv2.LINE_AA, 4)  # noqa: FBT003
    write(canvas, (left, top + TILE[1] + 5), tile.name, _NAME)
    mark = "" if tile.says.startswith(("held", "missed")) else "found: "
    paragraph(canvas, (left, top + TILE[1] + 23), mark + tile.says, TILE[0], Hand(13, colour))
