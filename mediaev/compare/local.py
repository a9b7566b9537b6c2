"""Two pictures that share spots: which, and where the one lies in the other.

Spots that look more alike than any other pair of theirs (Lowe's ratio) are put forward. Each
such pair already says how the picture would have to be moved, scaled and turned, so each is
tried as a hypothesis in turn (Philbin et al., 2007) and nothing is left to chance; the best
ones are refined to affine maps on the pairs that agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.placing import Matrix, Placing, inverse, mapped
from mediaev.compare.spots import Keyframe

RATIO = 0.8
"""How much nearer the best counterpart of a spot must be than its second best."""
FEWEST = 5
"""Pairs of spots below which nothing is tried."""
_LOOSE = 0.03
"""Longest sides of the query within which a pair agrees with a first guess."""
_TIGHT = (0.02, 0.012, 0.010)
"""The same while the map is refined."""
_OCTAVE = 0.75
"""Octaves by which the sizes of a pair's spots may differ from the first guess."""
_BEND = 0.6
"""Radians by which their directions may."""
_TRIED = 6
"""Hypotheses that are refined."""
_STRETCH = 2.6
"""How much more a picture may be scaled along one direction than across it."""
_SAME_SPOT = 256.0
"""Spots nearer than this part of a longest side are one."""

Pairs = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Shared:
    """What two pictures share."""

    placing: Placing
    query: NDArray[np.float64]
    """Places of the agreeing spots in the query, shape (n, 2)."""
    exhibit: NDArray[np.float64]
    """Their counterparts."""
    inliers: int
    """How many distinct spots agree."""
    offered: int
    """How many pairs were put forward."""


def shared(query: Keyframe, exhibit: Keyframe, *, mirrored: bool) -> Shared | None:
    """What a query's picture, upright or mirrored, and an exhibit's share; None for nothing."""
    found = _shared(query.mirrored if mirrored else query, exhibit)
    if found is None or not mirrored:
        return found
    flip = np.array([[-1.0, 0.0, query.size[0]], [0.0, 1.0, 0.0]])
    linear = flip[:, :2] @ found.placing.matrix[:, :2]
    moved = flip[:, :2] @ found.placing.matrix[:, 2:] + flip[:, 2:]
    placing = Placing(np.concatenate([linear, moved], axis=1), query.size, exhibit.size)
    places = mapped(flip, found.query)
    return Shared(placing, places, found.exhibit, found.inliers, found.offered)


def alike(
    query: Keyframe, exhibit: Keyframe, placing: Placing
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Spots that look alike, held against a placing that is known already.

    Their places in the query and in the exhibit, shape (n, 2), and which of them lie where the
    placing puts them, shape (n,).
    """
    rows, columns = _put_forward(query.mirrored if placing.mirrored else query, exhibit)
    here, there = query.places[rows], exhibit.places[columns]
    away = np.linalg.norm(mapped(placing.matrix, there) - here, axis=1)
    return here, there, away <= _TIGHT[0]


def _shared(query: Keyframe, exhibit: Keyframe) -> Shared | None:
    rows, columns = _put_forward(query, exhibit)
    if len(rows) < FEWEST:
        return None
    there, here = exhibit.places[columns], query.places[rows]
    best: tuple[int, Matrix, NDArray[np.bool_]] | None = None
    for agrees in _hypotheses(query, exhibit, rows, columns):
        refined = _refined(there, here, agrees)
        if refined is None:
            continue
        matrix, inside = refined
        count = _distinct(here[inside], there[inside])
        if best is None or count > best[0]:
            best = count, matrix, inside
    if best is None or best[0] < FEWEST:
        return None
    count, matrix, inside = best
    placing = Placing(matrix, query.size, exhibit.size)
    return Shared(placing, here[inside], there[inside], count, len(rows))


def _put_forward(query: Keyframe, exhibit: Keyframe) -> tuple[Pairs, Pairs]:
    """Pairs of spots that pass the ratio test."""
    if len(exhibit.levels) < 2 or not len(query.levels):
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    # The query's own length is the same for all its counterparts; it comes in at the end.
    lengths = (exhibit.levels**2).sum(axis=1)
    away = lengths[None, :] - 2.0 * (query.levels @ exhibit.levels.T)
    row = np.arange(len(away))
    own = (query.levels**2).sum(axis=1)
    best = away.argmin(axis=1)
    nearest = away[row, best] + own
    away[row, best] = np.inf
    second = away.min(axis=1) + own
    clear = np.flatnonzero(nearest < RATIO**2 * second)
    return clear, best[clear]


def _hypotheses(
    query: Keyframe, exhibit: Keyframe, rows: Pairs, columns: Pairs
) -> list[NDArray[np.bool_]]:
    """For the most telling first guesses, which of the pairs agree with each."""
    grow = query.octaves[rows] - exhibit.octaves[columns]
    turn = query.directions[rows] - exhibit.directions[columns]
    here = query.places[rows] @ [1.0, 1j]
    there = exhibit.places[columns] @ [1.0, 1j]
    guess = 2.0**grow * np.exp(1j * turn)
    moved = here - guess * there
    away = np.abs(guess[:, None] * there[None, :] + moved[:, None] - here[None, :])
    bend = np.abs((turn[:, None] - turn[None, :] + np.pi) % (2 * np.pi) - np.pi)
    agree = (away <= _LOOSE) & (np.abs(grow[:, None] - grow[None, :]) <= _OCTAVE)
    agree &= bend <= _BEND
    votes = agree.sum(axis=1)
    chosen: list[NDArray[np.bool_]] = []
    for index in np.argsort(-votes, kind="stable"):
        if votes[index] < 3 or len(chosen) == _TRIED:
            break
        if not any((agree[index] & other).sum() > 0.7 * votes[index] for other in chosen):
            chosen.append(agree[index])
    return chosen


def _refined(
    there: NDArray[np.float64], here: NDArray[np.float64], agrees: NDArray[np.bool_]
) -> tuple[Matrix, NDArray[np.bool_]] | None:
    """The affine map that the agreeing pairs bear out, and the pairs that agree with it."""
    inside = agrees
    matrix: Matrix | None = None
    for limit in _TIGHT:
        if inside.sum() < 4:
            return None
        matrix = _fitted(there[inside], here[inside])
        if matrix is None:
            return None
        inside = np.linalg.norm(mapped(matrix, there) - here, axis=1) <= limit
    if matrix is None or inside.sum() < FEWEST:
        return None
    return matrix, inside


def _fitted(there: NDArray[np.float64], here: NDArray[np.float64]) -> Matrix | None:
    """Least squares; None for a map that flattens, or stretches beyond belief."""
    centre = there.mean(axis=0)
    rows = np.concatenate([there - centre, np.ones((len(there), 1))], axis=1)
    # A little weight on not bending keeps few and badly placed pairs from running wild.
    found = np.linalg.solve(rows.T @ rows + np.diag([1e-6, 1e-6, 0.0]), rows.T @ here).T
    found[:, 2] -= found[:, :2] @ centre
    spread = np.linalg.svd(found[:, :2], compute_uv=False)
    if spread[1] < 0.02 or spread[0] > 50.0 or spread[0] > _STRETCH * spread[1]:
        return None
    matrix: Matrix = found
    if np.linalg.det(matrix[:, :2]) < 0 or not np.isfinite(inverse(matrix)).all():
        return None
    return matrix


def _distinct(here: NDArray[np.float64], there: NDArray[np.float64]) -> int:
    """How many pairs there are when spots found twice count once."""
    counts = [len(np.unique(np.round(each * _SAME_SPOT), axis=0)) for each in (here, there)]
    return min(counts)
