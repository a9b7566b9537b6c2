import os

import pytest

from mediaev import Case, Relation, compare_files
from mediaev.jobs import SerialExecutor
from mediaev.ports import Failure


@pytest.fixture(scope="module")
def case(tmp_path_factory, recordings):
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
    patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    with Case.create(tmp_path_factory.mktemp("find") / "case") as made:
        made.scan([recordings], executor=SerialExecutor())
        yield made
    patch.undo()


def found(case, path):
    """Accepted matches: name of the exhibit -> match."""
    (answer,) = case.find([path], executor=SerialExecutor())
    return {
        os.path.basename(case.sightings(digest)[0].path).decode(): match
        for digest, match in answer.matches
        if match.accepted
    }


@pytest.mark.parametrize(
    "video_filter",
    [
        pytest.param("scale=160:-2", id="scaled"),
        pytest.param("hue=s=0,eq=brightness=0.1", id="graded"),
        pytest.param("hflip", id="mirrored"),
        pytest.param("transpose=1", id="turned"),
        pytest.param("pad=iw:ih*1.6:0:ih*0.3", id="letterboxed"),
        pytest.param("pad=iw*1.7:ih:iw*0.35:0:white", id="pillarboxed in white"),
        pytest.param("fps=10", id="fewer frames"),
        pytest.param("drawbox=x=iw*0.8:y=ih*0.05:w=iw*0.15:h=ih*0.12:color=red:t=fill", id="logo"),
        pytest.param(
            "split[a][b];[a]scale=180:320,boxblur=15[p];[b]scale=180:-2[f];[p][f]overlay=0:(H-h)/2",
            id="blurred pads",
        ),
    ],
)
def test_an_edited_excerpt_is_found_where_it_lies(case, recordings, edit, video_filter):
    query = edit("q.mp4", recordings / "b.mp4", video_filter=video_filter, start=3.3, length=5)
    matches = found(case, query)
    assert set(matches) == {"b.mp4"}
    match = matches["b.mp4"]
    assert match.relation is Relation.EXCERPT_OF
    (segment,) = match.segments
    assert segment.query == pytest.approx((0, 5), abs=0.5)
    assert segment.exhibit == pytest.approx((3.3, 8.3), abs=0.5)


def test_three_seconds_are_enough(case, recordings, edit):
    query = edit("q.mp4", recordings / "c.mp4", start=7.7, length=3)
    (segment,) = found(case, query)["c.mp4"].segments
    assert segment.exhibit == pytest.approx((7.7, 10.7), abs=0.5)


def test_a_compilation_names_each_source_and_its_place(case, recordings, compilation):
    parts = [
        (recordings / "c.mp4", 2, 3),
        (recordings / "a.mp4", 6, 4),
        (recordings / "b.mp4", 1, 3),
    ]
    matches = found(case, compilation("q.mp4", parts))
    places = {name: match.segments[0] for name, match in matches.items()}
    assert set(places) == {"a.mp4", "b.mp4", "c.mp4"}
    assert places["c.mp4"].query == pytest.approx((0, 3), abs=0.5)
    assert places["a.mp4"].query == pytest.approx((3, 7), abs=0.5)
    assert places["b.mp4"].query == pytest.approx((7, 10), abs=0.5)
    assert places["a.mp4"].exhibit == pytest.approx((6, 10), abs=0.5)


def test_a_frame_saved_as_a_photo_is_found_in_its_video(case, recordings, tmp_path, run_ffmpeg):
    photo = tmp_path / "photo.jpg"
    run_ffmpeg("-ss", "4.5", "-i", recordings / "a.mp4", "-frames:v", "1", photo)
    match = found(case, photo)["a.mp4"]
    assert match.relation is Relation.EXCERPT_OF
    assert match.segments[0].exhibit[0] == pytest.approx(4.5, abs=0.5)


@pytest.mark.parametrize(
    "source",
    [
        "color=black:s=320x180:d=4",
        "color=white:s=320x180:d=4",
        "color=gray:s=320x180:d=4,noise=alls=20:allf=t",
        "color=white:s=320x180:d=4,fade=in:0:40,fade=out:60:40",
        "gradients=s=320x180:d=4:speed=0.00001",
        "testsrc2=s=320x180:d=4",
    ],
)
def test_flat_fading_and_unrelated_clips_find_nothing(case, tmp_path, run_ffmpeg, source):
    query = tmp_path / "q.mp4"
    run_ffmpeg("-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", query)
    (answer,) = case.find([query], executor=SerialExecutor())
    assert answer.matches == ()


def test_the_same_bytes_are_identical(case, recordings):
    match = found(case, recordings / "a.mp4")["a.mp4"]
    assert match.relation is Relation.IDENTICAL
    assert match.score == 1.0


def test_a_bad_query_fails_alone_and_in_its_place(case, recordings, tmp_path):
    bad = tmp_path / "bad.mp4"
    bad.write_text("no video")
    answers = list(
        case.find(
            [recordings / "a.mp4", bad, tmp_path / "gone", recordings / "b.mp4"],
            executor=SerialExecutor(),
        )
    )
    assert [answer.failed for answer in answers] == [False, True, True, False]
    assert "gone" in answers[2].error


def test_finding_takes_nothing_in(case, recordings, edit):
    events = len(list(case.events()))
    found(case, edit("q.mp4", recordings / "a.mp4"))
    assert len(list(case.events())) == events
    assert len(case.exhibits()) == 3


def test_two_files_are_compared_without_a_case(recordings, edit):
    part = edit("part.mp4", recordings / "a.mp4", start=5, length=4)
    comparison = compare_files(part, recordings / "a.mp4", executor=SerialExecutor())
    assert comparison.match.relation is Relation.EXCERPT_OF
    assert (
        compare_files(recordings / "a.mp4", recordings / "b.mp4", executor=SerialExecutor()).match
        is None
    )


class Broken(SerialExecutor):
    """Examines nothing, as on a machine that has no memory left."""

    def run(self, function, tasks):
        for task in tasks:
            yield task, Failure("memory", "The machine was at its end.")


def test_bytes_that_were_taken_in_but_never_described_are_found_by_their_digest(tmp_path, folder):
    with Case.create(tmp_path / "case") as case:
        case.scan([folder / "a.mp4"], executor=Broken())
        (answer,) = case.find([folder / "a.mp4"], executor=SerialExecutor())
        assert [match.relation for _, match in answer.matches] == [Relation.IDENTICAL]


def test_an_answer_says_what_was_done_to_the_query(tmp_path, folder, edit):
    part = edit("part.mp4", folder / "a.mp4", start=3, length=4, video_filter="hflip")
    with Case.create(tmp_path / "case") as case:
        case.scan([folder], executor=SerialExecutor())
        (answer,) = case.find([part], executor=SerialExecutor())
    ((digest, _),) = answer.matches
    said = {(each.what.value, each.side) for each in answer.differences[digest]}
    assert {("mirrored", None), ("shorter", "query")} <= said
