"""What an audit makes of what it found: bytes decide, not names."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.custody.checked import MOST, numbers_in, stretches
from mediaev.custody.fixity import judge, states
from mediaev.model.digest import Digest
from mediaev.model.fixity import ExhibitState, Found, PlaceState, RecordedPlace, Sight

NAMES = [b"/d/%c" % letter for letter in b"abcdef"] + [b"/d/e/a", b"/d/e/b"]


def digest(letter):
    return Digest("sha256", sha256(letter.encode()).digest())


A, B, NEW = digest("A"), digest("B"), digest("new")


def place(path, exhibit, **more):
    return RecordedPlace(path, exhibit, 1, **more)


def held(exhibit):
    return Found(Sight.HELD, exhibit)


GONE = Found(Sight.GONE, reason="there is no such file")


def told(places, found, **more):
    findings = judge(
        places,
        {name: found.get(name, GONE) for name in {*found, *(each.path for each in places)}},
        {A, B},
        **more,
    )
    return {each.path: each for each in findings}


def test_what_lies_where_it_was_recorded_is_matched():
    [(path, found)] = told([place(b"/a", A)], {b"/a": held(A)}).items()
    assert (path, found.state) == (b"/a", PlaceState.MATCHED)


def test_a_renamed_file_is_moved_and_neither_missing_nor_new():
    found = told([place(b"/a", A)], {b"/z": held(A)})
    assert found.keys() == {b"/a"}
    assert (found[b"/a"].state, found[b"/a"].to) == (PlaceState.MOVED, b"/z")


def test_a_further_copy_is_a_duplicate():
    found = told([place(b"/a", A)], {b"/a": held(A), b"/z": held(A)})
    assert found[b"/a"].state is PlaceState.MATCHED
    assert (found[b"/z"].state, found[b"/z"].others) == (PlaceState.DUPLICATE, (b"/a",))


def test_two_files_that_changed_places_moved_both():
    found = told([place(b"/a", A), place(b"/b", B)], {b"/a": held(B), b"/b": held(A)})
    assert {path: (each.state, each.to) for path, each in found.items()} == {
        b"/a": (PlaceState.MOVED, b"/b"),
        b"/b": (PlaceState.MOVED, b"/a"),
    }


def test_unknown_bytes_at_a_place_are_a_change_though_its_own_lie_elsewhere():
    found = told([place(b"/a", A)], {b"/a": held(NEW), b"/z": held(A)})
    assert (found[b"/a"].state, found[b"/a"].found) == (PlaceState.CHANGED, NEW)
    assert found[b"/a"].others == (b"/z",)
    assert found[b"/z"].state is PlaceState.DUPLICATE


def test_an_exhibit_put_over_another_one_moved_and_the_other_is_changed():
    found = told([place(b"/a", A), place(b"/b", B)], {b"/a": held(B)})
    assert (found[b"/a"].state, found[b"/a"].found) == (PlaceState.CHANGED, B)
    assert (found[b"/b"].state, found[b"/b"].to) == (PlaceState.MOVED, b"/a")


def test_one_of_two_copies_that_is_gone_is_missing_and_the_exhibit_intact():
    places = [place(b"/a", A), place(b"/b", A)]
    found = told(places, {b"/a": held(A)})
    assert (found[b"/b"].state, found[b"/b"].others) == (PlaceState.MISSING, (b"/a",))
    assert states(places, found.values()) == {A: ExhibitState.INTACT}


def test_a_move_that_was_recorded_since_stays_a_move():
    places = [place(b"/old", A), place(b"/new", A)]
    found = told(places, {b"/new": held(A)}, later=lambda each: {b"/new"})
    assert (found[b"/old"].state, found[b"/old"].to) == (PlaceState.MOVED, b"/new")


def test_of_several_moves_like_names_go_together():
    places = [place(b"/1/x", A), place(b"/1/y", A)]
    found = told(places, {b"/2/y": held(A), b"/2/x": held(A)})
    assert {path: each.to for path, each in found.items()} == {
        b"/1/x": b"/2/x",
        b"/1/y": b"/2/y",
    }


def test_what_could_not_be_read_is_neither_matched_nor_missing():
    places = [place(b"/a", A)]
    found = told(places, {b"/a": Found(Sight.UNREADABLE, reason="denied")})
    assert found[b"/a"].state is PlaceState.UNREADABLE
    assert states(places, found.values()) == {A: ExhibitState.UNREADABLE}


def test_bytes_that_a_later_scan_recorded_over_an_exhibit_do_not_hide_its_loss():
    places = [place(b"/a", B), place(b"/a", A, former=True)]
    findings = judge(places, {b"/a": held(B)}, {A, B})
    assert [(each.expected, each.state) for each in findings] == [
        (B, PlaceState.MATCHED),
        (A, PlaceState.MISSING),
    ]
    assert states(places, findings)[A] is ExhibitState.MISSING


def test_places_outside_explain_where_bytes_came_from_and_are_not_told_otherwise():
    outside = [place(b"/old", A, outside=True), place(b"/older", A, outside=True)]
    found = told(outside, {b"/new": held(A)})
    assert {path: (each.state, each.to) for path, each in found.items()} == {
        b"/old": (PlaceState.MOVED, b"/new")
    }


disks = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["A", "B", "new", "other"]))


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from("AB")), disks)
def test_every_file_and_every_place_is_accounted_for(recorded, disk):
    places = [place(path, digest(each)) for path, each in recorded.items()]
    on_disk = {path: held(digest(each)) for path, each in disk.items()}
    findings = judge(places, {**dict.fromkeys(recorded, GONE), **on_disk}, {A, B})
    by_path = {each.path: each for each in findings}
    targets = [each.to for each in findings if each.to is not None]
    assert len(by_path) == len(findings)
    assert len(targets) == len(set(targets))
    assert by_path.keys() | set(targets) >= recorded.keys() | disk.keys()
    for path, each in by_path.items():
        right = path in disk and recorded.get(path) == disk[path]
        assert (each.state is PlaceState.MATCHED) == right
        if each.to is not None:
            assert on_disk[each.to].digest == each.expected
        if each.state is PlaceState.NEW:
            assert each.found not in {A, B}
    held_now = {found.digest for found in on_disk.values()}
    for exhibit, state in states(places, findings).items():
        assert (state is ExhibitState.INTACT) == (exhibit in held_now)


@given(st.sets(st.integers(0, 5000)) | st.sets(st.integers(0, 3 * MOST), max_size=40))
def test_stretches_name_just_the_numbers_that_were_put_in(numbers):
    told = list(stretches(numbers))
    assert [number for each in told for number in numbers_in(each)] == sorted(numbers)


@pytest.mark.parametrize(
    "detail",
    [
        {},
        {"first": -1, "count": 1},
        {"first": 0, "count": 0},
        {"first": True, "count": 1},
        {"first": 0, "count": MOST + 1},
        {"first": 0, "count": 10**18},
        {"first": 0, "count": 9, "bits": "gA=="},
        {"first": 0, "count": 9, "bits": "??"},
        {"first": 0, "count": 9, "bits": 7},
    ],
)
def test_what_is_no_stretch_is_refused(detail):
    with pytest.raises(ValueError, match=r"stretch|bits"):
        list(numbers_in(detail))
