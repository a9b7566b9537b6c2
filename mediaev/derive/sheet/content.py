"""What a sheet shows: a match with its pictures, its course and its facts, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass

from mediaev.compare.passages import Passage
from mediaev.compare.telling import Course, Moment
from mediaev.model.frame import Frame

Rows = tuple[tuple[str, str], ...]
"""Names and values."""


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a match."""

    letter: str
    """`A` or `B`."""
    lines: tuple[str, ...]
    """File name, digest and facts, fit to be printed."""
    seconds: float
    """0 for a still."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The same moment on both sides."""

    moment: Moment
    wanted: float
    """The exhibit's moment that the match says is the same, seconds."""
    query: Frame
    exhibit: Frame
    query_before: Frame | None = None
    """A moment earlier (later at the start), to see what moves; None where nothing can."""
    exhibit_before: Frame | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One segment with the moments that are shown of it."""

    number: int
    """Among all segments of the match, from 1."""
    says: str
    passage: Passage
    pairs: tuple[Pair, ...]
    course: Course | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """All that one sheet holds."""

    title: str
    says: tuple[str, ...]
    """What the match says in sentences, below the title."""
    parties: tuple[Party, Party]
    """The query and the exhibit."""
    passages: tuple[Passage, ...]
    """All of them, for the time line."""
    shown: tuple[Shown, ...]
    facts: tuple[tuple[str, Rows], ...]
    """Sections with a heading each."""
    warnings: tuple[str, ...] = ()
    """What a reader must know first."""
    blurred: bool = False
    foot: str = ""
    """What names the match at the foot of each page."""
