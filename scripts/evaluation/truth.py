"""What is known about a query before any tool sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

CAMERA = "cam_"
"""Groups of one camera or place: other moments, not copies."""
COPIES = "dup_"
"""Groups that may hold true copies: nothing is learnt from their pairs."""
CARDS = "card_"
"""Groups of recordings that share an intro or end card and nothing else."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in fractions of a picture."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    @property
    def area(self) -> float:
        """The share of the picture that lies inside."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)


WHOLE = Box()
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Look:
    """How an exhibit's picture was laid into a query's."""

    query_box: Box = WHOLE
    """Where in the query's frame it lies."""
    exhibit_box: Box = WHOLE
    """Which part of the exhibit's frame is shown."""
    mirrored: bool = False
    rotation: float = 0.0
    """Degrees clockwise, after mirroring."""


@dataclass(frozen=True, slots=True)
class Part:
    """One interval of a query that shows one interval of an exhibit."""

    exhibit: str
    """SHA-256 in hexadecimal."""
    query: Span
    """Seconds; (0, 0) for a still."""
    shown: Span
    """The exhibit's seconds."""
    speed: float = 1.0
    """Exhibit seconds per query second."""
    look: Look = Look()

    def document(self) -> dict[str, Any]:
        """The part as JSON."""
        return asdict(self)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Part:
        """The part that `document` tells of."""
        look = document["look"]
        return cls(
            document["exhibit"],
            _span(document["query"]),
            _span(document["shown"]),
            document["speed"],
            Look(
                Box(**look["query_box"]),
                Box(**look["exhibit_box"]),
                look["mirrored"],
                look["rotation"],
            ),
        )


def _span(pair: Any) -> Span:
    return float(pair[0]), float(pair[1])


class Kind(StrEnum):
    """Why a query is asked."""

    COPY = "copy"
    """Something must be found."""
    CAMERA = "other moment"
    """The library holds the same camera or place at another moment, and nothing more."""
    UNRELATED = "unrelated"
    """An edited recording that the library does not hold."""
    EMPTY = "empty"
    """Black, white, fading, titles, noise: shows nothing that could be found."""
    REPLACED = "sound replaced"
    """The picture is of the library, its sound is not."""
    CARD = "shared card"
    """A recording that the library does not hold, with an intro or end card that it does."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One file of the library."""

    path: Path
    digest: str
    group: str = ""
    """Of the manifest, or of the card that was put around it."""
    seconds: float = 0.0
    """0 for a still."""


@dataclass(frozen=True, slots=True)
class Query:
    """One file that is asked about."""

    name: str
    path: Path
    edit: str
    kind: Kind
    sources: tuple[str, ...]
    """Digests of what it is made from, the main one first."""
    groups: frozenset[str] = frozenset()
    """The groups of all that it is made from."""
    parts: tuple[Part, ...] = ()
    seconds: float = 0.0

    @property
    def found_in(self) -> frozenset[str]:
        """Digests of the exhibits that must be found."""
        return frozenset(part.exhibit for part in self.parts)


class Pair(StrEnum):
    """What it would mean to find an exhibit with a query."""

    TRUE = "true"
    FALSE = "false"
    CAMERA = "camera"
    """The same camera or place at another moment: must not be called a copy."""
    CARD = "card"
    """Recordings that have nothing in common but an intro or end card."""
    UNKNOWN = "unknown"


def pair(query: Query, exhibit: Exhibit) -> Pair:
    """Which of the four a query and an exhibit are."""
    if exhibit.digest in query.found_in:
        return Pair.TRUE
    if not exhibit.group or exhibit.group not in query.groups:
        return Pair.FALSE
    if exhibit.group.startswith(COPIES):
        return Pair.UNKNOWN
    return Pair.CARD if exhibit.group.startswith(CARDS) else Pair.CAMERA


@dataclass(frozen=True, slots=True)
class Trial:
    """A library and the queries that are asked of it."""

    name: str
    library: tuple[Exhibit, ...]
    queries: tuple[Query, ...]

    @property
    def positives(self) -> int:
        """True pairs of query and exhibit."""
        return sum(len(query.found_in) for query in self.queries)
