from functools import cache

import numpy as np
from moving import meetings, reencoded, video, wandering

from mediaev.compare.placing import Placing
from mediaev.compare.proposals import from_fingerprints, from_keyframes, laid_by_spots, paired
from mediaev.compare.view import ALL_VIEWS


@cache
def exhibit():
    return video(wandering(2, 14))


@cache
def query():
    return video(reencoded(wandering(2, 14)[40:80]))


def shifted(proposal):
    """The same proposal with the picture laid far beside its place."""
    matrix = proposal.placing.matrix + np.array([[0.0, 0.0, 0.3], [0.0, 0.0, 0.1]])
    placing = Placing(matrix, proposal.placing.query, proposal.placing.exhibit)
    return type(proposal)(
        placing,
        proposal.speed,
        proposal.offset,
        proposal.reach,
        proposal.view,
        proposal.run,
    )


def test_a_run_that_is_laid_wrong_is_proposed_again_where_spots_lay_it():
    runs = list(from_fingerprints(query(), exhibit(), ALL_VIEWS, 3))[:1]
    pairs = paired(query().album, exhibit().album, meetings(query(), exhibit()))
    (again,) = laid_by_spots([shifted(runs[0])], pairs, query())
    assert (again.speed, again.offset) == (runs[0].speed, runs[0].offset)
    assert abs(again.offset - 5.0) < 0.3
    assert np.abs(again.placing.matrix - np.eye(2, 3)).max() < 0.1
    assert again.spots >= 6


def test_a_run_that_is_laid_right_is_not_said_twice():
    runs = list(from_fingerprints(query(), exhibit(), ALL_VIEWS, 3))[:1]
    pairs = paired(query().album, exhibit().album, meetings(query(), exhibit()))
    near = [each for each in pairs if abs(each.exhibit_at - each.query_at - 5.0) < 0.1]
    assert not list(laid_by_spots(runs, near, query()))


def test_the_plain_speed_is_always_among_what_keyframes_propose():
    proposals = list(
        from_keyframes(paired(query().album, exhibit().album, meetings(query(), exhibit())))
    )
    assert any(each.speed == 1.0 and each.offset is not None for each in proposals)
    assert any(each.offset is None for each in proposals)
