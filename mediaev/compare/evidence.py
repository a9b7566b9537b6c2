"""Evidence: what a person needs to weigh what pictures say, and to compute it again.

Values that have sides come in pairs (`placing` and `placing_back`, `query` and `exhibit`), so
that a match is seen from the other side by exchanging them, without a digit changing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mediaev.compare.judge import Judged
from mediaev.compare.placing import Matrix, Placing, inverse
from mediaev.compare.proposals import Proposal

_MOMENT = 6
"""Decimals of a second to which an agreeing moment is told."""


def of_runs(judged: Sequence[Judged]) -> dict[str, object]:
    """What the films say of a pair of videos, in the order of its segments."""
    best = max(judged, key=lambda each: each.strength)
    found: dict[str, object] = {
        "samples": sum(len(each.found.times) for each in judged),
        **_agreeing(best),
        **placed(best.placing),
    }
    spots = max(each.proposal.spots for each in judged)
    if spots:
        found["spots"] = spots
    runs = [each.proposal.run for each in judged if each.proposal.run is not None]
    if runs:
        found["distance_median"] = float(np.median(np.concatenate([run.distance for run in runs])))
    found["runs"] = [_run(each) for each in judged]
    return found


def placed(placing: Placing) -> dict[str, object]:
    """Where the exhibit's picture lies in the query's, and the other way round."""
    return {"placing": _rows(placing.matrix), "placing_back": _rows(inverse(placing.matrix))}


def _run(judged: Judged) -> dict[str, object]:
    """One segment: the first and the last moment that agree, on both sides, give its line."""
    moments = (judged.low, judged.high)
    there = (judged.speed * each + judged.offset for each in moments)
    proposal = judged.proposal
    found: dict[str, object] = {
        "query": [round(each, _MOMENT) for each in moments],
        "exhibit": [round(each, _MOMENT) for each in there],
        "proposed_by": _proposer(proposal),
        "samples": len(judged.found.times),
        **_agreeing(judged),
        **placed(judged.placing),
    }
    if proposal.spots:
        found["spots"] = proposal.spots
    if proposal.run is not None:
        found["distance_median"] = float(np.median(proposal.run.distance))
    return found


def _proposer(proposal: Proposal) -> str:
    if proposal.run is not None:
        return "fingerprints"
    return "spots" if proposal.spots else "other"


def _agreeing(judged: Judged) -> dict[str, object]:
    return {
        "look": round(judged.found.look, 3),
        "motion_agreement": round(judged.found.motion, 3),
        "motion_needed": round(judged.needed, 3),
        "motion_activity": round(judged.found.activity, 2),
    }


def _rows(matrix: Matrix) -> list[list[float]]:
    return [[round(float(value), 6) for value in row] for row in matrix]
