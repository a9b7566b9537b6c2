"""Cuts told from the times of samples, whatever the frame rate."""

import numpy as np
import pytest

from mediaev.compare.track import Subject


def sampled(rate, per_second, *, seconds=10, cuts=()):
    """The first frame of each slot and of each scene, as `examine` takes them."""
    first = {round(cut * rate) for cut in cuts}
    slot, times = -1, []
    for frame in range(round(seconds * rate)):
        now = int(frame / rate * per_second + 1e-9)
        if now > slot or frame in first:
            times.append(frame / rate)
        slot = max(slot, now)
    return Subject((), seconds, still=False, samples=np.array(times))


@pytest.mark.parametrize("per_second", [4, 12])
@pytest.mark.parametrize("rate", [5, 8, 10, 12, 15, 20, 24, 25, 30000 / 1001, 30, 50, 60])
def test_an_uneven_grid_is_no_cut(rate, per_second):
    subject = sampled(rate, per_second)
    assert not any(subject.has_cut_near(at) for at in np.arange(0.5, 9.5, 0.1))


@pytest.mark.parametrize("rate", [24, 25, 30])
def test_a_cut_is_seen_where_it_is(rate):
    subject = sampled(rate, 4, cuts=[3.12, 7.4])
    assert subject.has_cut_near(3.0)
    assert subject.has_cut_near(7.5)
    assert not any(subject.has_cut_near(at) for at in (2.0, 5.0, 9.0))


def test_too_few_samples_tell_of_no_cut():
    assert not sampled(25, 4, seconds=0.4).has_cut_near(0.1)
