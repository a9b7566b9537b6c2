r"""Lettering: text on a canvas, in the fonts that OpenCV carries inside, so none is installed.

They hold Latin, Greek, Cyrillic, Chinese, Japanese and Korean letters. What they do not hold, and
what is written from right to left, which they would draw in a wrong order, stands as an escape
like `\u0639`: another name than the true one is never shown.
"""

from __future__ import annotations

import functools
import unicodedata
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Canvas = NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""
Colour = tuple[int, int, int]

REGULAR, BOLD = 400, 600
"""Weights."""
_PROBE = 24
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_NO_LETTERS = {"Mn", "Mc", "Me", "Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}


class Hand(NamedTuple):
    """How a text is written."""

    size: int
    """Pixels."""
    colour: Colour
    weight: int = REGULAR

    @property
    def line(self) -> int:
        """Pixels from one line to the next."""
        return round(self.size * 1.4)


@functools.cache
def _face() -> cv2.FontFace:
    return cv2.FontFace("sans")


def drawable(text: str) -> str:
    r"""The text with escapes in the place of characters that cannot be drawn as they are.

    >>> drawable("Видео 1"), drawable("a\n")
    ('Видео 1', 'a\\n')
    """
    return "".join(each if _can_be_drawn(each) else _escape(each) for each in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


@functools.lru_cache(4096)
def _can_be_drawn(character: str) -> bool:
    if " " <= character <= "~":
        return True
    if unicodedata.category(character) in _NO_LETTERS:
        return False
    if unicodedata.bidirectional(character) in _RIGHT_TO_LEFT:
        return False
    # What the font does not hold comes out as a question mark.
    return not np.array_equal(_probe(character), _probe("?"))


def _probe(character: str) -> Canvas:
    canvas = np.zeros((2 * _PROBE, 2 * _PROBE, 3), np.uint8)
    cv2.putText(canvas, character, (4, _PROBE + 8), (255, 255, 255), _face(), _PROBE, REGULAR)
    return canvas


@functools.lru_cache(8192)
def width(text: str, hand: Hand) -> int:
    """Pixels that a drawable text takes."""
    # Blanks at the end are not measured, so a stroke closes the text.
    ruled = cv2.getTextSize((1, 1), f"{text}|", (0, 0), _face(), hand.size, hand.weight)
    stroke = cv2.getTextSize((1, 1), "|", (0, 0), _face(), hand.size, hand.weight)
    return int(ruled[2] - stroke[2])


def write(canvas: Canvas, place: tuple[float, float], text: str, hand: Hand) -> None:
    """Draw one line of text whose letters' top left is at `place`."""
    baseline = round(place[0]), round(place[1] + 0.82 * hand.size)
    cv2.putText(canvas, drawable(text), baseline, hand.colour, _face(), hand.size, hand.weight)


def wrapped(text: str, room: int, hand: Hand) -> list[str]:
    """The text in drawable lines of at most `room` pixels; long words are broken."""
    lines = [""]
    for word in drawable(text).split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if width(joined, hand) <= room:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        lines[-1:] = _broken(word, room, hand)
    return lines


def _broken(word: str, room: int, hand: Hand) -> list[str]:
    parts = []
    while width(word, hand) > room and len(word) > 1:
        fits = 1
        while fits < len(word) and width(word[: fits + 1], hand) <= room:
            fits += 1
        # A list or a path is broken where it has a joint, if that is not too early.
        joint = max(word.rfind(each, fits // 2, fits) for each in "/,-_.") + 1
        parts.append(word[: joint or fits])
        word = word[joint or fits :]
    return [*parts, word]


def paragraph(canvas: Canvas, place: tuple[float, float], text: str, room: int, hand: Hand) -> int:
    """Draw text over as many lines as it takes; returns their height in pixels."""
    lines = wrapped(text, room, hand)
    for number, line in enumerate(lines):
        write(canvas, (place[0], place[1] + number * hand.line), line, hand)
    return len(lines) * hand.line
