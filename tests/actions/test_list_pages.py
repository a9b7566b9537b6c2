"""A page of a list: its entries side by side."""

import numpy as np

from mediaev.actions.list_pages import Page


def test_digests_that_begin_alike_are_told_apart():
    alike = [b"same8byt" + bytes([number]) * 8 for number in range(3)]
    page = Page(
        *(np.frombuffer(b"".join([*alike, alike[1], b"x" * 16]), np.uint8).reshape(-1, 16),),
        *(np.arange(5) for _ in range(2)),
        *(np.full(5, 255, np.uint8), np.full(5, -1), np.zeros(5, np.int64), np.zeros(5, bool)),
    )
    assert list(page.equal_to(alike)) == [
        (alike[0], 0),
        (alike[1], 1),
        (alike[2], 2),
        (alike[1], 3),
    ]
    assert list(page.equal_to([])) == []
