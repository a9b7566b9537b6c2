"""Exhibits, sightings and outcomes survive exactly, with their events."""

import base64
import json
from dataclasses import replace

import pytest

from mediaev.errors import TamperedCaseError, UsageError
from mediaev.model.digest import Digest
from mediaev.model.exhibit import FileOutcome, Status
from mediaev.store import CaseStore


def details(case, digest):
    return [json.loads(row.body)["detail"] for row in case.events(digest)]


def test_the_same_bytes_at_two_places_are_one_exhibit(case, samples):
    assert case.take_in(samples.exhibit(0), samples.sighting(0, b"/a")) is True
    assert case.take_in(samples.exhibit(0), samples.sighting(0, b"/b")) is False
    assert case.exhibits() == [samples.exhibit(0)]
    assert [one.path for one in case.sightings(samples.digest(0))] == [b"/a", b"/b"]
    assert case.sightings_by_path().keys() == {b"/a", b"/b"}
    assert [one["first"] for one in details(case, samples.digest(0))] == [True, False]


def test_names_survive_byte_by_byte(case, samples):
    names = [b"/caf\xe9/\xff\xfe.mp4", b"/a\nb", b"/-rf", "/\u202egpj.exe".encode(), b"/x" * 2000]
    for number, name in enumerate(names):
        case.take_in(samples.exhibit(number), samples.sighting(number, name))
    assert set(case.sightings_by_path()) == set(names)
    for row, name in zip(list(case.events(after=2)), names, strict=True):
        openings = {one.path: base64.b64decode(one.value) for one in case.disclosures(row.seq)}
        assert openings == {
            "detail.name_b64": name.rpartition(b"/")[2],
            "detail.path_b64": name,
        }


def test_numbers_past_64_bits_survive(case, samples):
    sighting = samples.sighting(0, inode=2**64 - 1, mtime_ns=2**65)
    case.take_in(samples.exhibit(0), sighting)
    assert case.sightings(samples.digest(0)) == [sighting]
    [detail] = details(case, samples.digest(0))
    assert (detail["inode"], detail["mtime_ns"]) == (str(2**64 - 1), str(2**65))


def test_another_content_at_a_known_place_supersedes_what_was_there(case, samples):
    case.take_in(samples.exhibit(0), samples.sighting(0, b"/a"))
    case.take_in(samples.exhibit(1), samples.sighting(1, b"/a"))
    assert case.sightings_by_path() == {b"/a": samples.sighting(1, b"/a")}
    assert case.sightings(samples.digest(0)) == [
        replace(samples.sighting(0, b"/a"), superseded=True)
    ]
    case.take_in(samples.exhibit(0), samples.sighting(0, b"/a"))
    assert case.sightings_by_path() == {b"/a": samples.sighting(0, b"/a")}
    assert len(case.sightings(samples.digest(0))) == 2


def test_the_same_place_unchanged_stays_one_sighting(case, samples):
    for _ in range(3):
        case.take_in(samples.exhibit(0), samples.sighting(0))
    assert len(case.sightings(samples.digest(0))) == 1


def test_further_digests_are_in_the_log(case, samples):
    sha512 = Digest("sha512", bytes(64))
    case.take_in(samples.exhibit(0), samples.sighting(0), digests=[sha512])
    [detail] = details(case, samples.digest(0))
    assert detail["digests"] == {"sha256": samples.digest(0).hex, "sha512": "00" * 64}
    assert detail["size"] == "1000"


def test_a_digest_with_two_sizes_is_a_contradiction(case, samples, tamper):
    case.take_in(samples.exhibit(0), samples.sighting(0))
    tamper(case.folder, "UPDATE exhibit SET size = 7")
    with pytest.raises(TamperedCaseError):
        case.take_in(samples.exhibit(0), samples.sighting(0))


def test_a_sighting_of_other_bytes_is_refused(case, samples):
    with pytest.raises(UsageError):
        case.take_in(samples.exhibit(0), samples.sighting(1))
    assert case.exhibits() == []


def test_exhibits_are_found_by_the_first_digits(filled, samples):
    with CaseStore.open(filled) as case:
        wanted = samples.digest(1)
        for prefix in (
            wanted.hex[:9],
            f"sha256:{wanted.hex[:9].upper()}",
            wanted.hex,
            f" {wanted}",
        ):
            assert [one.digest for one in case.find_exhibits(prefix)] == [wanted]
        assert len(case.find_exhibits("")) == 3
        for nothing in ("xyz", wanted.hex + "0", "%", "sha256:" + "f" * 64):
            assert case.find_exhibits(nothing) == []
        assert case.exhibit(wanted).digest == wanted
        assert case.exhibit(samples.digest(99)) is None


def test_what_was_not_taken_in_is_logged_with_its_reason(case, samples):
    case.refuse(FileOutcome(b"/x/p\xffipe", Status.REFUSED, "a pipe \udcff" + "x" * 70_000))
    [*_, row] = case.events()
    event = json.loads(row.body)
    assert (event["type"], event["outcome"], event["item"]) == ("item.quarantine", "refused", None)
    values = {one.path: one.value for one in case.disclosures(row.seq)}
    assert values["detail.reason"].startswith("a pipe \\udcff")
    assert base64.b64decode(values["detail.path_b64"]) == b"/x/p\xffipe"
    assert case.verify().error() is None


def test_a_kept_copy_is_logged(case, samples):
    case.take_in(samples.exhibit(0), samples.sighting(0))
    case.record_kept(samples.digest(0), "objects/sha256/…", "reflink")
    assert details(case, samples.digest(0))[1] == {
        "object": "objects/sha256/…",
        "method": "reflink",
    }


def test_each_path_keeps_the_outcome_of_the_last_scan_that_met_it(case, samples):
    case.take_in(samples.exhibit(0), samples.sighting(0))
    first = [
        FileOutcome(b"/b", Status.FAILED, "broken \udcff\0"),
        FileOutcome(b"/a", Status.NEW, "", samples.digest(0)),
    ]
    case.record_outcomes(2, first)
    case.record_outcomes(5, [FileOutcome(b"/b", Status.SKIPPED), FileOutcome(b"/c", Status.NEW)])
    case.record_outcomes(6, [])
    assert case.outcomes() == [
        FileOutcome(b"/a", Status.NEW, "", samples.digest(0)),
        FileOutcome(b"/b", Status.SKIPPED),
        FileOutcome(b"/c", Status.NEW),
    ]


def test_a_file_that_changed_has_an_outcome_though_its_bytes_were_not_taken_in(case, samples):
    changed = FileOutcome(b"/a", Status.CHANGED, "grew", samples.digest(7))
    case.refuse(changed)
    case.record_outcomes(0, [changed])
    assert case.outcomes() == [changed]
    assert case.verify().error() is None


def test_text_that_a_database_refuses_is_kept_visibly(case):
    case.record_outcomes(0, [FileOutcome(b"/a", Status.FAILED, "no\0 \udcff")])
    assert case.outcomes()[0].reason == "no\\x00 \\udcff"
