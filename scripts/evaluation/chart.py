"""Recall per edit as bars, for slides and release notes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from evaluation.overlays import text
from evaluation.scoring import Count

COLOURS = ("#1f5fa8", "#e08a1e", "#5b9a4a", "#a34fa0", "#8a6d4b", "#4aa3a3", "#777777")
_ROW, _BAR, _LEFT, _WIDE, _TOP = 10, 9, 190, 640, 60


def draw(path: Path, parts: Sequence[tuple[str, dict[str, dict[str, Count]]]]) -> None:
    """Write a PNG: for each part a panel, for each edit a group of bars, one for each method.

    `parts` are pairs of a title and the recall by method and edit.
    """
    panels = [_panel(title, methods) for title, methods in parts if methods]
    if not panels:
        return
    picture = Image.new(
        "RGB", (max(each.width for each in panels), sum(each.height for each in panels)), "white"
    )
    top = 0
    for panel in panels:
        picture.paste(panel, (0, top))
        top += panel.height
    picture.save(path, "PNG")


def _panel(title: str, methods: dict[str, dict[str, Count]]) -> Image.Image:
    edits = list(next(iter(methods.values())))
    group = _ROW * len(methods) + 8
    picture = Image.new("RGB", (_LEFT + _WIDE + 60, _TOP + group * len(edits) + 20), "white")
    pen = ImageDraw.Draw(picture)
    pen.text((12, 8), f"Recall per edit: {title}", "black", text(18))
    x = float(_LEFT)
    for name, colour in zip(methods, COLOURS * 9, strict=False):
        pen.rectangle((x, 38, x + 10, 48), colour)
        pen.text((x + 15, 35), name, "black", text(13))
        x += 30 + pen.textlength(name, text(13))
    for quarter in range(5):
        across = _LEFT + _WIDE * quarter / 4
        pen.line((across, _TOP, across, picture.height - 14), "#dddddd")
    for number, edit in enumerate(edits):
        top = _TOP + number * group
        pen.text((_LEFT - 8, top + group / 2), edit, "black", text(13), anchor="rm")
        for row, (counts, colour) in enumerate(zip(methods.values(), COLOURS * 9, strict=False)):
            y = top + 4 + row * _ROW
            share = counts[edit].share if edit in counts else 0.0
            pen.rectangle((_LEFT, y, _LEFT + max(1, _WIDE * share), y + _BAR - 1), colour)
    return picture
