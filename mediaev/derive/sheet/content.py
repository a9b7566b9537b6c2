"""What a sheet shows: a match with its pictures and its facts, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.passages import Passage
from mediaev.compare.telling import Moment
from mediaev.model.frame import Frame

Rows = tuple[tuple[str, str], ...]
"""Names and values."""
Spots = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]
"""Places of spots that look alike, in A and in B, in longest sides, shape (n, 2), and which lie
where the match says, shape (n,)."""


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
    frames: tuple[Frame, Frame]
    """Of the query and of the exhibit."""
    earlier: tuple[Frame, Frame] | None = None
    """Half a second before (after, at the start), to see what moves; None where nothing can."""
    spots: Spots | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One segment with the moments that are shown of it."""

    says: str
    passage: Passage
    pairs: tuple[Pair, ...]


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
    foot: str = ""
    """What names the match at the foot of each page."""
