"""What every exporter must do, built in or plugged in."""

import inspect
import os
import re
import time

import pytest

from mediaev import plugins
from mediaev.model.digest import Digest
from mediaev.model.export import COURT_ONLY, CaseRecord, EventRecord, ExhibitRecord, State
from mediaev.ports import Exporter

ALL = plugins.exporters()
TIME = "2026-11-24T10:00:00.000000Z"
HOSTILE = '\x00\x1b[31m</premis>]]>"\\\u202e\ufffe\U0001f600=1+1\r\n'


@pytest.fixture(params=ALL, ids=[each.kind for each in ALL])
def exporter(request):
    return request.param


def record(names=(b"a.mp4",), text="text", letting=COURT_ONLY, count=3):
    digests = [Digest("sha256", bytes([number + 1]) * 32) for number in range(count)]
    exhibits = tuple(
        ExhibitRecord(
            digest,
            1000,
            TIME,
            {"sha256": digest.hex, "sha512": "00" * 64},
            ingest=1 + number,
            number=text,
            kind=text,
            format=text,
            names=names,
            paths=tuple(b"/footage/" + name for name in names),
            state=list(State)[number % 4],
            path=f"data/{digest.hex}/x" if number % 4 == 0 else "",
        )
        for number, digest in enumerate(digests)
    )

    def events():
        for seq in range(count + 2):
            item = digests[seq - 1] if 0 < seq <= count else None
            detail = {"text": text, "withheld": {"$c": "x" * 43}, "number": seq}
            kind = "vault.create" if seq == 0 else "item.ingest" if item else f"odd.{seq}"
            yield EventRecord(
                *(seq, kind, TIME, "key-00", "operator", None, item, None, None),
                *("ok", detail, "00" * 32),
            )

    return CaseRecord(
        *("0" * 32, f"mediaev.invalid/{'0' * 32}", TIME, text, text, text, letting),
        *("mediaev 0.1.0", count + 2, TIME, exhibits, events),
    )


def written(exporter, *arguments, **options):
    said = []
    return b"".join(exporter.write(record(*arguments, **options), said.append)), said


def test_it_is_an_exporter_with_a_kind_and_a_file_name(exporter):
    assert isinstance(exporter, Exporter)
    assert re.fullmatch(r"[a-z0-9-]+", exporter.kind)
    assert re.fullmatch(r"[a-z0-9.-]*", exporter.in_bag)
    assert exporter.kind != "bag"


def test_kinds_and_names_in_bags_are_distinct():
    assert len({each.kind for each in ALL}) == len(ALL)
    in_bags = [each.in_bag for each in ALL if each.in_bag]
    own = {"events.jsonl", "disclosures.jsonl", "checkpoint", "vkey.txt", "names.jsonl"}
    assert len(set(in_bags)) == len(in_bags)
    assert not own & set(in_bags)


def test_it_writes_piece_by_piece(exporter):
    assert inspect.isgenerator(exporter.write(record(), print))


def test_the_same_record_makes_the_same_bytes_at_any_time_and_place(
    exporter, tmp_path, monkeypatch
):
    first = written(exporter)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setitem(os.environ, "TZ", "Asia/Tokyo")
    assert written(exporter) == first


def test_nothing_hostile_breaks_it_and_what_it_writes_is_utf_8_or_the_names_own_bytes(
    exporter, hard_names
):
    content, said = written(exporter, names=tuple(hard_names), text=HOSTILE)
    without = content
    for name in hard_names:
        without = without.replace(name, b"")
    without.decode()
    assert b"\x1b" not in without
    assert b"\x00" not in without
    assert all(isinstance(sentence, str) and sentence for sentence in said)


def test_a_case_without_exhibits_can_be_exported(exporter):
    written(exporter, count=0)
