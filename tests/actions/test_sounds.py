"""Sound in a case: what find, scan and compare say of it."""

import os

import pytest
from media_factory import babble

from mediaev import Case, Relation, compare_files
from mediaev.jobs import SerialExecutor


@pytest.fixture(scope="module")
def talking(tmp_path_factory, recordings, run_ffmpeg):
    """Recordings with sound: `a.mkv` to `c.mkv`, and `song.flac` of sound alone."""
    folder = tmp_path_factory.mktemp("talking")
    for seed, name in enumerate("abc", 1):
        run_ffmpeg(
            *("-i", recordings / f"{name}.mp4", "-i", babble(folder / "sound.wav", seed, 12)),
            *("-c:v", "copy", "-c:a", "flac", folder / f"{name}.mkv"),
        )
    run_ffmpeg("-i", babble(folder / "sound.wav", 9, 12), folder / "song.flac")
    (folder / "sound.wav").unlink()
    return folder


@pytest.fixture(scope="module")
def case(tmp_path_factory, talking):
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
    patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    with Case.create(tmp_path_factory.mktemp("sounds") / "case") as made:
        made.scan([talking], executor=SerialExecutor())
        yield made
    patch.undo()


def found(case, path):
    """All matches: name of the exhibit -> match."""
    (answer,) = case.find([path], executor=SerialExecutor())
    return {
        os.path.basename(case.sightings(digest)[0].path).decode(): match
        for digest, match in answer.matches
    }


def says(match):
    return match.evidence["audio"]["verdict"]


def test_a_copy_with_its_sound_is_the_same_to_both(case, talking, tmp_path, run_ffmpeg):
    query = tmp_path / "q.mp4"
    run_ffmpeg("-ss", 3, "-i", talking / "b.mkv", "-t", 6, "-c:a", "aac", "-b:a", "64k", query)
    match = found(case, query)["b.mkv"]
    assert match.accepted
    assert says(match) == "same"
    assert match.evidence["audio"]["segments"][0][2] == pytest.approx(3, abs=0.4)


def test_sound_put_in_its_place_is_said(case, talking, tmp_path, run_ffmpeg):
    query = tmp_path / "q.mp4"
    run_ffmpeg(
        *("-i", talking / "b.mkv", "-i", babble(tmp_path / "other.wav", 20, 12)),
        *("-map", "0:v", "-map", "1:a", "-c:a", "aac", "-b:a", "64k", query),
    )
    matches = found(case, query)
    assert set(matches) == {"b.mkv"}
    assert matches["b.mkv"].accepted
    assert says(matches["b.mkv"]) == "replaced"


def test_a_muted_copy_is_a_copy_all_the_same(case, talking, tmp_path, run_ffmpeg):
    query = tmp_path / "q.mp4"
    run_ffmpeg("-i", talking / "a.mkv", "-an", query)
    match = found(case, query)["a.mkv"]
    assert match.accepted
    assert says(match) == "silent"


@pytest.mark.parametrize("name", ["c.mkv", "song.flac"])
def test_sound_alone_is_found_and_never_accepted(case, talking, tmp_path, run_ffmpeg, name):
    query = tmp_path / "q.m4a"
    run_ffmpeg("-ss", 4, "-i", talking / name, "-vn", "-t", 6, "-ac", 1, "-b:a", "48k", query)
    matches = found(case, query)
    assert set(matches) == {name}
    match = matches[name]
    assert (match.relation, match.accepted, says(match)) == (Relation.AUDIO_ONLY, False, "only")
    assert match.segments[0].exhibit == pytest.approx((4, 10), abs=0.5)


def test_the_sound_under_another_picture_is_no_copy(case, talking, tmp_path, run_ffmpeg):
    query = tmp_path / "q.mkv"
    run_ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=10:d=12", "-i", talking / "c.mkv"),
        *("-map", "0:v", "-map", "1:a", "-pix_fmt", "yuv420p", "-c:a", "flac", query),
    )
    match = found(case, query)["c.mkv"]
    assert match.relation is Relation.AUDIO_ONLY
    assert not match.accepted


@pytest.mark.parametrize(
    "source", ["anullsrc", "anoisesrc=a=0.00003", "sine=f=100", "anoisesrc=a=0.2", "sine=f=700"]
)
def test_silence_hum_and_noise_find_nothing(case, tmp_path, run_ffmpeg, source):
    query = tmp_path / "q.flac"
    run_ffmpeg("-f", "lavfi", "-t", 8, "-i", source, query)
    assert found(case, query) == {}


def test_scanning_matches_by_sound_and_joins_nothing_by_it(talking, tmp_path, run_ffmpeg):
    folder = tmp_path / "download"
    folder.mkdir()
    run_ffmpeg("-i", talking / "a.mkv", "-map", "0:a", "-b:a", "64k", folder / "sound.m4a")
    run_ffmpeg("-i", talking / "a.mkv", "-s", "160x90", "-c:a", "aac", folder / "small.mp4")
    with Case.create(tmp_path / "case") as case:
        report = case.scan([talking, folder], executor=SerialExecutor())
        relations = sorted(each.match.relation for each in case.matches())
        assert relations == ["audio-only", "audio-only", "same-recording"]
        assert [len(cluster.members) for cluster in report.clusters] == [2]
        again = case.scan([talking, folder], executor=SerialExecutor())
        assert len(case.matches()) == 3
        assert again.examined == 0


def test_comparing_two_files_hears_them_from_both_sides(talking, tmp_path, run_ffmpeg):
    part = tmp_path / "part.m4a"
    run_ffmpeg("-ss", 2, "-i", talking / "song.flac", "-t", 7, "-b:a", "64k", part)
    whole = str(talking / "song.flac")
    one = compare_files(str(part), whole).match
    other = compare_files(whole, str(part)).match
    assert one.segments[0].exhibit == pytest.approx((2, 9), abs=0.5)
    assert other.segments[0].query == pytest.approx((2, 9), abs=0.5)
    assert compare_files(whole, str(talking / "b.mkv")).match is None
