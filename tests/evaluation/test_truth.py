"""What a pair of query and exhibit means, and how the truth is kept."""

import json
from pathlib import Path

import pytest

from evaluation.cache import Cache
from evaluation.chance import chance, shuffled
from evaluation.corpus import Clip, Photo, read_corpus
from evaluation.moments import held_moments
from evaluation.truth import Box, Exhibit, Kind, Look, Pair, Part, Query, pair

PART = Part("a" * 64, (0.0, 6.0), (2.0, 8.0), 1.25, Look(Box(0, 0, 0.5, 1), rotation=90.0))


def asked(*groups):
    return Query("q", Path("q"), "gray", Kind.COPY, (PART.exhibit,), frozenset(groups), (PART,))


@pytest.mark.parametrize(
    ("digest", "group", "expected"),
    [
        ("a" * 64, "cam_x", Pair.TRUE),
        ("b" * 64, "cam_x", Pair.CAMERA),
        ("b" * 64, "dup_x", Pair.UNKNOWN),
        ("b" * 64, "card_intro", Pair.CARD),
        ("b" * 64, "cam_y", Pair.FALSE),
        ("b" * 64, "", Pair.FALSE),
    ],
)
def test_pairs(digest, group, expected):
    exhibit = Exhibit(Path("e"), digest, group)
    assert pair(asked("cam_x", "dup_x", "card_intro"), exhibit) is expected


def test_a_part_survives_being_kept():
    assert Part.of(json.loads(json.dumps(PART.document()))) == PART


def test_chance_depends_on_all_names_and_on_nothing_else():
    assert chance(1, "a", "b").random() == chance(1, "a", "b").random()
    others = [chance(2, "a", "b"), chance(1, "ab"), chance(1, "b", "a")]
    assert chance(1, "a", "b").random() not in [each.random() for each in others]
    assert sorted(shuffled(range(9), 1)) == list(range(9))


def test_a_file_is_made_once_for_each_key(tmp_path):
    calls = []

    def make(path):
        calls.append(path)
        path.write_text("x")
        return {"n": len(calls)}

    cache = Cache(tmp_path)
    first = cache.get("a", ".txt", 1, "x", make=make)
    assert cache.get("a", ".txt", 1, "x", make=make) == first
    assert cache.get("a", ".txt", 2, "x", make=make) != first
    assert (cache.made, cache.found, len(calls)) == (2, 1, 2)


def test_a_file_whose_making_was_broken_off_is_made_anew(tmp_path):
    cache = Cache(tmp_path)

    def broken(path):
        path.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.get("a", ".txt", 1, make=broken)
    path, _ = cache.get("a", ".txt", 1, make=lambda path: {"n": path.write_text("whole")})
    assert path.read_text() == "whole"


def test_any_folder_is_a_corpus(corpus_folder):
    corpus = read_corpus(corpus_folder)
    assert len(corpus.photos) == 6
    assert all(isinstance(each, Photo) and each.size == (480, 320) for each in corpus.photos)
    assert [round(each.seconds, 1) for each in corpus.clips] == [4.2, 4.2, 4.2]
    assert sorted(each.group for each in corpus.clips) == ["", "cam_door", "cam_door"]
    assert [Path(each).name for each in corpus.left_out] == ["notes.txt"]


def test_each_content_counts_once(corpus_folder, tmp_path):
    for name in ("one.png", "two.png"):
        (tmp_path / name).write_bytes((corpus_folder / "photo0.png").read_bytes())
    assert len(read_corpus(tmp_path).photos) == 1


def test_a_manifest_without_groups_is_refused(tmp_path):
    (tmp_path / "manifest.csv").write_text("name,what\na,b\n")
    with pytest.raises(SystemExit, match="group"):
        read_corpus(tmp_path)


def test_one_clip_of_each_camera_stays_in_the_library():
    clips = [
        Clip(Path(name), name, f"cam_{name[0]}" if name[0] != "z" else "", (1, 1), 9, sound=False)
        for name in ("a1", "a2", "a3", "a4", "b1", "z1", "z2")
    ]
    held = held_moments(clips, seed=1)
    assert [each.group for each in held] == ["cam_a", "cam_a"]
