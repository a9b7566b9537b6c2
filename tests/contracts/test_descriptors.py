"""What every descriptor must do, built in or plugged in."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaev import plugins
from mediaev.ports import Descriptor

ALL = plugins.descriptors()


@pytest.fixture(params=ALL, ids=[each.id for each in ALL])
def descriptor(request):
    return request.param


def test_ids_are_distinct_and_carry_a_version():
    ids = [each.id for each in ALL]
    assert len(set(ids)) == len(ids)
    assert all(each.rpartition("/")[2].isdigit() for each in ids)


def test_it_is_a_descriptor_that_can_go_to_a_worker(descriptor):
    assert isinstance(descriptor, Descriptor)
    assert descriptor.bits % 8 == 0
    assert pickle.loads(pickle.dumps(descriptor)).id == descriptor.id


@pytest.mark.parametrize("number", range(len(ALL)))
def test_any_picture_has_bits_and_a_quality(number):
    descriptor = ALL[number]

    @settings(max_examples=25, deadline=None)
    @given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 2**31))
    def holds(height, width, seed):
        picture = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
        bits, quality = descriptor.describe([picture, picture])
        assert len(bits) == 2 * descriptor.bits // 8
        assert len(quality) == 2
        assert max(quality) <= 100
        assert bits[: len(bits) // 2] == bits[len(bits) // 2 :]

    holds()


def test_pictures_are_described_each_for_itself(descriptor):
    pictures = [
        np.random.default_rng(seed).integers(0, 256, (40, 60), dtype=np.uint8) for seed in range(3)
    ]
    together = descriptor.describe(pictures)
    alone = [descriptor.describe([each]) for each in pictures]
    assert together == (
        b"".join(bits for bits, _ in alone),
        b"".join(quality for _, quality in alone),
    )


def test_no_pictures_have_no_bits(descriptor):
    assert descriptor.describe([]) == (b"", b"")
