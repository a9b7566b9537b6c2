"""Examinations, matches and clusters come back as they were recorded."""

import json
import shutil
from dataclasses import replace
from fractions import Fraction

import pytest

from mediaev.errors import EvidenceError, UsageError
from mediaev.model.claim import Claim
from mediaev.model.examination import ExaminationStatus, MediaFacts
from mediaev.model.exhibit import Kind
from mediaev.model.fingerprint import Fingerprint, Region
from mediaev.model.match import Match, Relation, Segment, Transform
from mediaev.store import CaseStore


@pytest.fixture
def one(case, samples):
    """A case with one exhibit that is not examined yet."""
    case.take_in(samples.exhibit(0), samples.sighting(0))
    return case


def test_an_examination_survives_whole(one, samples):
    examination = samples.examination(0)
    one.record_examination(samples.digest(0), examination)
    assert one.examination(samples.digest(0)) == examination
    assert one.exhibit(samples.digest(0)).kind is Kind.VIDEO
    assert one.facts() == {samples.digest(0): examination.facts}
    assert one.claims("make") == {samples.digest(0): [examination.claims[0]]}
    assert one.claims("nothing") == {}
    assert one.examination_status() == {samples.digest(0): (ExaminationStatus.OK, "examine-1", "")}
    types = [row.type for row in one.events(samples.digest(0))]
    assert types == ["item.ingest", "item.identify", "item.metadata", "item.fingerprint"]


def test_the_cache_may_be_deleted_at_any_time(one, samples):
    one.record_examination(samples.digest(0), samples.examination(0))
    shutil.rmtree(one.folder / "cache")
    assert one.examination(samples.digest(0)) == samples.examination(0, thumbnail=b"")
    one.record_examination(samples.digest(0), samples.examination(0))
    assert one.examination(samples.digest(0)).thumbnail
    assert one.verify().error() is None


@pytest.mark.parametrize(
    "value", ["", "a\0b\udcff", 2**70, -1, 0.1, 5e-324, ["x", "y"], None, [], "🎥"]
)
def test_claims_of_every_type_survive(one, samples, value):
    claim = Claim("field", value, "reader 1", "G:T\udcff", flags=("a", "b"), rejected=True)
    one.record_examination(samples.digest(0), samples.examination(0, claims=(claim,)))
    assert one.examination(samples.digest(0)).claims == (claim,)
    assert type(one.claims("field")[samples.digest(0)][0].value) is type(value)
    assert one.verify().error() is None


def test_numbers_that_json_does_not_know_are_kept_as_words(one, samples):
    claims = tuple(Claim("x", float(word), "r", "t") for word in ("nan", "inf", "-inf"))
    one.record_examination(samples.digest(0), samples.examination(0, claims=claims))
    kept = one.examination(samples.digest(0)).claims
    assert [claim.value for claim in kept] == ["nan", "inf", "-inf"]


def test_fractions_and_boxes_are_never_rounded(one, samples):
    exact = replace(samples.fingerprint(0), time_base=Fraction(10**30 + 1, 3 * 10**30))
    examination = samples.examination(
        0, fingerprints=(exact,), facts=MediaFacts(duration=Fraction(1, 3))
    )
    one.record_examination(samples.digest(0), examination)
    assert one.examination(samples.digest(0)) == examination


def test_an_examination_that_failed_is_one_event_with_the_reason(one, samples):
    failed = samples.examination(
        0,
        kind=Kind.OTHER,
        status=ExaminationStatus.FAILED,
        reason="crashed",
        facts=MediaFacts(),
        fingerprints=(),
        claims=(),
        readers=(),
        thumbnail=b"",
    )
    one.record_examination(samples.digest(0), failed)
    assert one.examination(samples.digest(0)) == failed
    [_, row] = one.events(samples.digest(0))
    event = json.loads(row.body)
    assert (event["type"], event["outcome"]) == ("item.identify", "failed")
    assert event["detail"]["reason"] == "crashed"


def test_what_could_never_be_read_again_is_refused_before_it_is_written(one, samples):
    uneven = replace(samples.fingerprint(0), ticks=b"\0" * 7)
    bad = [
        samples.examination(0, fingerprints=(uneven,)),
        samples.examination(0, fingerprints=(samples.fingerprint(0), samples.fingerprint(1))),
        samples.examination(0, claims=(Claim("x", {"a": 1}, "r", "t"),)),
        samples.examination(0, claims=(Claim("x", b"bytes", "r", "t"),)),
    ]
    with one.transaction():
        for examination in bad:
            with pytest.raises(EvidenceError):
                one.record_examination(samples.digest(0), examination)
    assert one.examination(samples.digest(0)) is None


def test_only_exhibits_of_the_case_are_examined_and_matched(one, samples):
    with pytest.raises(UsageError, match="no exhibit"):
        one.record_examination(samples.digest(9), samples.examination(9))
    with pytest.raises(UsageError, match="no exhibit"):
        one.record_matches(samples.digest(0), "e", [(samples.digest(9), samples.match())])
    with pytest.raises(UsageError):
        one.record_matches(samples.digest(0), "e", [(samples.digest(0), samples.match())])


def test_fingerprints_come_in_order_of_digest_however_many_there_are(case, samples):
    count = 70
    with case.transaction():
        for number in range(count):
            case.take_in(samples.exhibit(number % 60), samples.sighting(number % 60))
            made = tuple(samples.fingerprint(number, region=region) for region in Region)
            case.record_examination(
                samples.digest(number % 60), samples.examination(number, fingerprints=made)
            )
    found = list(case.fingerprints(samples.descriptor))
    assert [digest for digest, _ in found] == sorted(digest for digest, _ in found)
    assert len(found) == 60 * len(Region)
    assert list(case.fingerprints("another")) == []


def test_fingerprints_can_be_read_while_writing_goes_on(case, samples):
    samples.fill(case)
    for digest, _ in case.fingerprints(samples.descriptor):
        with case.transaction():
            case.record_matches(digest, "slow", [])
    assert len(case.compared("slow")) == 3


def test_an_empty_fingerprint_survives(one, samples):
    empty = Fingerprint("d", Region.FULL, Fraction(1, 25), b"", b"", b"")
    one.record_examination(samples.digest(0), samples.examination(0, fingerprints=(empty,)))
    assert list(one.fingerprints("d")) == [(samples.digest(0), empty)]


def test_a_match_is_kept_once_seen_from_the_smaller_digest(case, samples):
    samples.fill(case)
    [stored] = case.matches()
    a, b = sorted((samples.digest(0), samples.digest(1)))
    given = samples.match()  # as seen from exhibit 1
    assert (stored.a, stored.b, stored.engine) == (a, b, "engine")
    assert stored.match == (given if a == samples.digest(1) else given.turned())
    assert stored.id.startswith("m-")
    assert case.matches(samples.digest(0)) == case.matches(samples.digest(1)) == [stored]
    assert case.matches(samples.digest(2)) == []
    assert case.compared("engine") == {samples.digest(0), samples.digest(1)}
    [row] = [row for row in case.events() if row.type == "item.match"]
    detail = json.loads(row.body)["detail"]
    assert (row.item, detail["with"], detail["score"]) == (str(a), str(b), "0.875000")


def test_a_match_found_again_replaces_the_earlier_one(case, samples):
    samples.fill(case)
    turned = Transform(mirrored=True, rotation=90)
    weaker = Match(Relation.OVERLAPS, 0.25, (Segment((0.0, 0.1), (0.1, 0.2)),), turned)
    case.record_matches(samples.digest(0), "engine", [(samples.digest(1), weaker)])
    case.record_matches(samples.digest(0), "other", [(samples.digest(1), samples.match())])
    assert [one.match.score for one in case.matches()] == [0.875, 0.25]
    assert case.verify().error() is None


def test_what_an_older_engine_found_gives_way_to_the_newer_ones_answer(case, samples):
    samples.fill(case)
    for number in (0, 1):
        assert len(case.matches(engine="newer")) == 1  # until it has compared both
        case.record_matches(samples.digest(number), "newer", [])
    assert case.matches(engine="newer") == []
    assert len(case.matches()) == 1
    assert case.verify().error() is None


def test_other_fingerprints_undo_what_was_concluded_from_the_earlier_ones(case, samples):
    samples.fill(case)
    case.record_examination(samples.digest(0), samples.examination(0, flags=("new",)))
    assert len(case.matches()) == 1
    case.record_examination(samples.digest(0), samples.examination(50))
    assert case.matches() == []
    assert case.compared("engine") == {samples.digest(1)}
    assert case.verify().error() is None


def test_clusters_are_replaced_as_a_whole(case, samples):
    samples.fill(case, 5)
    small, large = samples.cluster(0, 1), samples.cluster(2, 3, 4)
    case.record_clusters([small, large])
    assert case.clusters() == [large, small]
    case.record_clusters([small])
    assert case.clusters() == [small]


def test_everything_is_there_after_reopening(filled, samples):
    with CaseStore.open(filled) as case:
        assert len(case.facts()) == 3
        assert len(list(case.fingerprints(samples.descriptor))) == 6
        assert len(case.matches()) == 1
