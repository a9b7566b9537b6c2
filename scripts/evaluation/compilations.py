"""Queries and exhibits put together from several pieces, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from evaluation.cache import Details
from evaluation.chance import chance, drawn
from evaluation.corpus import Clip, digest_of
from evaluation.edits import Timing
from evaluation.footage import RECIPE, frames, write
from evaluation.made_up import RATE, SIZE, VERSION, card
from evaluation.reels import Cut, cut
from evaluation.shot import Picture, Shot
from evaluation.truth import CARDS, Exhibit, Kind, Look, Part, Query
from evaluation.workshop import Workshop

INTRO, END = "intro", "end card"
"""The intro moves, the end card stands still once its words have risen."""
CARD_SECONDS = 3.0

Piece = Clip | str
"""A clip to cut from, or the name of a card."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A piece with its moment chosen."""

    piece: Piece
    made_of: Cut | None
    seconds: float


def compilation(
    edit: str,
    main: Clip,
    pieces: Sequence[Piece],
    truth: Sequence[Clip],
    shop: Workshop,
    *,
    kind: Kind = Kind.COPY,
) -> Query:
    """Pieces of 3 to 5 seconds in a row, each fitted into one frame; `truth` must be found."""
    path, details = _made(edit, pieces, shop)
    parts = [Part.of(each) for each in details["parts"]]
    wanted = {clip.digest for clip in truth}
    clips = [piece for piece in pieces if isinstance(piece, Clip)]
    return Query(
        f"{edit}/{main.digest[:12]}",
        path,
        edit,
        kind,
        (main.digest, *(each.digest for each in clips if each is not main)),
        frozenset(map(_group, pieces)) - {""},
        tuple(part for part in parts if part.exhibit in wanted),
        details["seconds"],
    )


def exhibit_of(edit: str, pieces: Sequence[Piece], shop: Workshop) -> Exhibit:
    """Pieces in a row, a card among them, as a file of the library."""
    path, details = _made(edit, pieces, shop)
    groups = [_group(piece) for piece in pieces if isinstance(piece, str)]
    return Exhibit(path, details["sha256"], groups[0], details["seconds"])


def _group(piece: Piece) -> str:
    return CARDS + piece if isinstance(piece, str) else piece.group


def _made(edit: str, pieces: Sequence[Piece], shop: Workshop) -> tuple[Path, Details]:
    names = [piece if isinstance(piece, str) else piece.digest for piece in pieces]
    choice = chance(shop.seed, edit, *names)
    placed = [_placed(piece, choice) for piece in pieces]
    crf = int(choice.integers(32, 41))

    def make(path: Path) -> Details:
        parts: list[Part] = []
        write(path, _pictures(placed, shop.seed, parts), rate=RATE, crf=crf)
        seconds = sum(each.seconds for each in placed)
        documents = [part.document() for part in parts]
        return {"parts": documents, "seconds": seconds, "sha256": digest_of(path)}

    return shop.cache.get(
        f"video/{edit}", ".mp4", *names, shop.seed, crf, VERSION, RECIPE, make=make
    )


def _placed(piece: Piece, choice: np.random.Generator) -> _Placed:
    if isinstance(piece, str):
        return _Placed(piece, None, CARD_SECONDS)
    made_of = cut(piece, Timing(seconds=round(drawn(choice, 3, 5), 2)), choice)
    return _Placed(piece, made_of, made_of.seconds)


def _pictures(placed: Sequence[_Placed], seed: int, parts: list[Part]) -> Iterator[Picture]:
    """All pieces one after the other; the truth about each clip goes to `parts`."""
    at = 0.0
    for each in placed:
        if isinstance(each.piece, str):
            choice = chance(seed, "card", each.piece)
            yield from card(choice, CARD_SECONDS, moving=each.piece == INTRO)
        elif each.made_of is not None:
            looks: list[Look] = []
            for picture in frames(each.made_of.excerpt, rate=RATE):
                shot = _fitted(Shot.of(picture))
                looks.append(shot.look())
                yield shot.picture
            part = each.made_of.parts(each.piece.digest, looks[0])[0]
            parts.append(replace(part, query=(at, at + each.seconds)))
        at += each.seconds


def _fitted(shot: Shot) -> Shot:
    """As large as it goes in the middle of the frame, black around."""
    shrink = min(SIZE[0] / shot.size[0], SIZE[1] / shot.size[1])
    width, height = shot.size[0] * shrink, shot.size[1] * shrink
    left, top = (SIZE[0] - width) / 2, (SIZE[1] - height) / 2
    canvas = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    return shot.laid(canvas, (left, top, left + width, top + height))
