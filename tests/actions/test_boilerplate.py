import os
import shutil

import pytest

from mediaev import Case, ScanOptions
from mediaev.errors import CaseInUseError, UsageError
from mediaev.jobs import SerialExecutor
from mediaev.model.decision import Verdict


def scan(case, *paths):
    return case.scan(paths, ScanOptions(), executor=SerialExecutor())


def name_of(case, digest):
    return os.path.basename(case.sightings(digest)[0].path).decode().removesuffix(".mp4")


def groups(case):
    return {"".join(sorted(name_of(case, each) for each in one.members)) for one in case.clusters()}


@pytest.fixture
def channel(tmp_path, recordings, ident, compilation):
    """Six videos: a channel's three, which all show its ident in their middle, and copies."""
    folder = tmp_path / "channel"
    folder.mkdir()
    for name in "abc":
        source = recordings / f"{name}.mp4"
        made = compilation(f"{name}.mp4", [(source, 0, 3), (ident, 0, 4), (source, 3, 4)])
        shutil.copy(made, folder)
    return folder


@pytest.fixture
def case(tmp_path):
    with Case.create(tmp_path / "case") as made:
        yield made


def test_what_three_unrelated_videos_share_joins_nothing_once_it_is_confirmed(case, channel):
    scan(case, channel)
    assert groups(case) == {"abc"}
    (proposal,) = case.boilerplate()
    assert proposal.verdict is Verdict.UNDECIDED
    assert proposal.recordings == 3
    assert [place.start for place in proposal.places] == pytest.approx([3.0] * 3, abs=0.3)
    assert proposal.seconds == pytest.approx(4, abs=0.3)

    decided = case.decide(proposal.id, "boilerplate", reason="their ident")
    assert (len(decided.before), len(decided.after)) == (1, 0)
    assert groups(case) == set()
    assert all(each.match.rests_on_boilerplate for each in case.matches())
    (known,) = case.boilerplate()
    assert (known.id, known.verdict) == (proposal.id, Verdict.BOILERPLATE)

    case.decide(proposal.id, "undecided")
    assert not any(each.match.rests_on_boilerplate for each in case.matches())
    assert groups(case) == {"abc"}
    assert case.verify().error() is None
    assert [row.type for row in case.events()].count("review.decide") == 2


@pytest.mark.slow
def test_what_comes_in_later_is_treated_likewise(case, channel, recordings, ident, compilation):
    """Copies join their own, and a fourth video of the channel joins nobody."""
    scan(case, channel)
    (proposal,) = case.boilerplate()
    case.decide(proposal.id, "boilerplate")
    later = channel.parent / "later"
    later.mkdir()
    for name in "abc":
        source = recordings / f"{name}.mp4"
        parts = [(source, 0, 3), (ident, 0, 4), (source, 3, 3)]
        shutil.copy(compilation(f"{name}2.mp4", parts), later)
    stranger = compilation("d.mp4", [(ident, 0, 4), (recordings / "a.mp4", 8, 4)])
    (answer,) = case.find([stranger], executor=SerialExecutor())
    assert answer.matches
    assert all(m.rests_on_boilerplate and not m.accepted for _, m in answer.matches)

    shutil.copy(stranger, later)
    scan(case, later)
    assert groups(case) == {"aa2", "bb2", "cc2"}
    assert all(each.apart for each in case.clusters())
    assert len(case.boilerplate()[0].places) == 7
    case.decide(proposal.id, "not-boilerplate")
    assert len(groups(case)) < 3


def test_nothing_is_set_apart_without_a_decision(case, channel):
    """Real footage that three reports cut in looks the same: it must stay together."""
    scan(case, channel)
    assert groups(case) == {"abc"}
    assert case.proposed_boilerplate() == 1
    (proposal,) = case.boilerplate()
    against = " ".join(each.says for each in proposal.grounds if not each.speaks_for)
    assert "real footage" in against
    case.decide(proposal.id, "not-boilerplate")
    assert groups(case) == {"abc"}
    assert case.proposed_boilerplate() == 0
    scan(case, channel)
    (refused,) = case.boilerplate()
    assert refused.verdict is Verdict.NOT_BOILERPLATE


@pytest.mark.parametrize(
    ("subject", "verdict", "says"),
    [
        ("b-000000000000", "boilerplate", "no boilerplate"),
        ("b-", "boilerplate", "no boilerplate"),
        ("", "boilerplate", "nothing that can be decided"),
        ("m-000000000000", "boilerplate", "nothing that can be decided"),
        ("c-\x1b[31m\n", "boilerplate", r"\\x1b"),
        ("b-\udcff", "boilerplate", r"\\xff"),
        ("b-000000000000", "nonsense\x07", r"no such verdict"),
    ],
)
def test_what_cannot_be_decided_is_refused(case, subject, verdict, says):
    with pytest.raises(UsageError, match=says) as refused:
        case.decide(subject, verdict)
    assert str(refused.value).isprintable()
    assert case.decisions() == []
    assert case.verify().error() is None


def test_deciding_needs_the_case_for_oneself(case):
    with pytest.raises(CaseInUseError):
        Case.open(case.folder, write=True)
    with Case.open(case.folder) as reader, pytest.raises(UsageError):
        reader.decide("b-000000000000", "boilerplate")
