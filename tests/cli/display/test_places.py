from dataclasses import replace

import pytest

from mediaev.cli.display.places import first_place, shown_paths
from mediaev.model.digest import Digest
from mediaev.model.exhibit import FileIdentity, Sighting

DIGEST = Digest("sha256", bytes(32))


@pytest.fixture
def seen():
    identity = FileIdentity(1, 2, 3, 4, 5)
    return Sighting(DIGEST, b"/a.mp4", identity, "2026-11-24T10:00:00.000000Z")


def test_a_place_where_other_bytes_lie_now_comes_last_and_says_so(seen):
    gone, here = replace(seen, superseded=True), replace(seen, path=b"/b.mp4")
    assert shown_paths([gone, here]) == [
        "/b.mp4",
        "/a.mp4  (seen there once; now other bytes lie there)",
    ]
    assert first_place(DIGEST, {DIGEST: [gone, here]}) == "/b.mp4  (and 1 more place)"
    assert "other bytes" in first_place(DIGEST, {DIGEST: [gone]})


def test_the_same_bytes_made_anew_are_one_place_that_still_holds_them(seen):
    assert shown_paths([replace(seen, superseded=True), seen]) == ["/a.mp4"]
