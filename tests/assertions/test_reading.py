"""Custody records of others: every record comes out, as an assertion or as unfit."""

import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.assertions import reading
from mediaev.errors import UnfitRecordsError
from mediaev.model.assertion import TEXT_LIMIT, Assertion, UnfitRecord

SHA256 = "ab" * 32
MD5 = "cd" * 16

PREMIS = """<?xml version="1.0" encoding="UTF-8"?>
<mets xmlns="http://www.loc.gov/METS/"><premis:premis
  xmlns:premis="http://www.loc.gov/premis/v3" version="3.0">
 <premis:event>
  <premis:eventIdentifier><premis:eventIdentifierType>UUID</premis:eventIdentifierType>
   <premis:eventIdentifierValue>e-1</premis:eventIdentifierValue></premis:eventIdentifier>
  <premis:eventType>fixity check</premis:eventType>
  <premis:eventDateTime>2024-05-02T10:00:00Z</premis:eventDateTime>
  <premis:eventDetailInformation><premis:eventDetail>sha256sum</premis:eventDetail>
  </premis:eventDetailInformation>
  <premis:eventOutcomeInformation><premis:eventOutcome>Pass</premis:eventOutcome>
  </premis:eventOutcomeInformation>
  <premis:linkingAgentIdentifier><premis:linkingAgentIdentifierType>id
   </premis:linkingAgentIdentifierType>
   <premis:linkingAgentIdentifierValue>a-1</premis:linkingAgentIdentifierValue>
  </premis:linkingAgentIdentifier>
  <premis:linkingObjectIdentifier>
   <premis:linkingObjectIdentifierType>UUID</premis:linkingObjectIdentifierType>
   <premis:linkingObjectIdentifierValue>o-1</premis:linkingObjectIdentifierValue>
  </premis:linkingObjectIdentifier>
 </premis:event>
 <premis:event><premis:eventDateTime>2024</premis:eventDateTime></premis:event>
 <premis:object>
  <premis:objectIdentifier><premis:objectIdentifierType>UUID</premis:objectIdentifierType>
   <premis:objectIdentifierValue>o-1</premis:objectIdentifierValue></premis:objectIdentifier>
  <premis:objectCharacteristics><premis:fixity>
   <premis:messageDigestAlgorithm>SHA-256</premis:messageDigestAlgorithm>
   <premis:messageDigest>%s</premis:messageDigest></premis:fixity>
  </premis:objectCharacteristics>
  <premis:originalName>clip.mp4</premis:originalName>
 </premis:object>
 <premis:agent>
  <premis:agentIdentifier><premis:agentIdentifierType>id</premis:agentIdentifierType>
   <premis:agentIdentifierValue>a-1</premis:agentIdentifierValue></premis:agentIdentifier>
  <premis:agentName>Anna K.</premis:agentName>
 </premis:agent>
</premis:premis></mets>"""

RESULT = {
    "status": "generic: success",
    "metadata": {"_processed_at": "2024-05-02 10:00:00+00:00", "url": "https://x.invalid/1"},
    "media": [
        {
            "filename": "tmp/a.mp4",
            "key": "a.mp4",
            "urls": ["https://s.invalid/a.mp4"],
            "properties": {
                "hash": f"SHA-256:{SHA256}",
                "thumbnails": [{"filename": "t.jpg", "urls": [], "properties": {}}],
            },
            "_mimetype": "video/mp4",
        }
    ],
}


def read(content):
    data = content if isinstance(content, bytes) else content.encode()
    found = reading.read(io.BytesIO(data), len(data))
    return found.format, list(found.records)


def test_a_table_with_a_heading():
    form, [one, two] = read(
        "Event Type,Date,Agent,SHA-256,File name,Box\n"
        f"capture,2024-05-02T10:00:00Z,Anna,{SHA256.upper()},a.mp4,7\n"
        ",,,,,\n"
        'accession,2024-05-03,"K., B.",,"two\nlines.mp4",\n'
    )
    assert form == "table"
    assert (one.row, one.act, one.agent, one.name) == (2, "capture", "Anna", "a.mp4")
    assert [str(each) for each in one.digests] == [f"sha256:{SHA256}"]
    assert one.further == {"Box": "7"}
    assert (two.row, two.agent, two.name) == (4, "K., B.", "two\nlines.mp4")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (f",2024-05-02,{SHA256},", "names no event"),
        ("capture,2024-05-02,,", "names no file"),
        (f"capture,yesterday,{SHA256},", "no date"),
        ("capture,2024-05-02,abc,", "3 digits are no sha256"),
        ("capture,2024-05-02,xyz,", "is no digest"),
        (f"capture,2024-05-02,{SHA256},a,b,c", "cells"),
        (f'capture,2024-05-02,{SHA256},"a"b', "told apart"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_taken(row, says):
    good = f"capture,2024-05-02,{SHA256},good"
    _, records = read(f"event,time,sha256,name\n{good}\n{row}\n{good}\n")
    assert [type(each) for each in records] == [Assertion, UnfitRecord, Assertion]
    assert records[1].row == 3
    assert says in records[1].says


def test_a_quotation_that_never_ends_is_named_with_the_lines_it_took():
    _, records = read(f'event,sha256\ncapture,{SHA256}\ncapture,"{SHA256}\ncapture,{SHA256}\n')
    assert [type(each) for each in records] == [Assertion, UnfitRecord]
    assert "lines 3 to 4" in records[1].says


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("divider", [",", ";", "\t"])
def test_encodings_and_dividers_of_other_programs(encoding, divider):
    text = "event,name\ncapture,Zoë \u202e.mp4\n".replace(",", divider)
    _, [one] = read(text.encode(encoding))
    assert one.name == "Zoë \u202e.mp4"


def test_bytes_that_are_no_utf_8_are_kept_visibly():
    _, [one] = read(b"event,name\ncapture,\xff\xfe.mp4\n")
    assert one.name == "\\xff\\xfe.mp4"


def test_the_sheet_that_auto_archiver_fills():
    form, records = read(
        "My project,,,,,\n"
        "Link,Archive status,Archive location,Archive date,Upload title,Hash\n"
        f"https://x.invalid/1,generic: success,https://s/a,2024-05-02T10:00:00Z,T,SHA-256:{SHA256}\n"
        "https://x.invalid/2,,,,,\n"
        "https://x.invalid/3,Archive failed,,,,not-calculated\n"
        f"https://x.invalid/4,success,,,,SHA3-512:{SHA256}{SHA256}\n"
        "https://x.invalid/5,success,,,,broken\n"
    )
    assert form == "auto-archiver-sheet"
    one, failed, other, unfit = records
    assert (one.row, one.act, one.url) == (3, "capture", "https://x.invalid/1")
    assert [str(each) for each in one.digests] == [f"sha256:{SHA256}"]
    assert (failed.row, failed.outcome, failed.digests) == (5, "Archive failed", ())
    assert other.further["hash"].startswith("SHA3-512:")
    assert unfit.row == 7


@pytest.mark.parametrize("shape", ["one", "array", "lines"])
def test_the_json_of_auto_archiver(shape):
    one = json.dumps(RESULT)
    text = {"one": one, "array": f"[{one}]", "lines": f"{one}\n{{broken\n"}[shape]
    form, [video, thumbnail, *rest] = read(text)
    assert form == "auto-archiver-json"
    assert (video.name, video.url) == ("a.mp4", "https://x.invalid/1")
    assert [str(each) for each in video.digests] == [f"sha256:{SHA256}"]
    assert video.further == {"stored at": "https://s.invalid/a.mp4"}
    assert (thumbnail.name, thumbnail.digests) == ("t.jpg", ())
    assert [each.row for each in rest] == ([2] if shape == "lines" else [])


def test_the_csv_database_of_auto_archiver_holds_values_of_python():
    stamp = datetime(2024, 5, 2, 10, tzinfo=UTC)
    metadata = {**RESULT["metadata"], "_processed_at": stamp}
    cells = ['"{}"'.format(repr(each).replace('"', '""')) for each in (metadata, RESULT["media"])]
    form, records = read(
        f"status,metadata,media\nsuccess,{','.join(cells)}\n"
        "success,__import__('os').system('false'),[]\n"
        f"success,{'(' * 5000}{')' * 5000},[]\n"
        'success,"datetime.datetime(10**99, 1, 1)",[]\n'
    )
    assert form == "auto-archiver-csv"
    video, _, *unfit = records
    assert video.time == "2024-05-02T10:00:00+00:00"
    assert [each.row for each in unfit] == [3, 4, 5]
    assert all(isinstance(each, UnfitRecord) for each in unfit)


def test_premis_also_inside_mets():
    form, [one, unfit] = read(PREMIS % SHA256)
    assert form == "premis"
    assert (one.act, one.time, one.outcome) == ("fixity check", "2024-05-02T10:00:00Z", "Pass")
    assert (one.agent, one.name, one.note) == ("Anna K.", "clip.mp4", "sha256sum")
    assert [str(each) for each in one.digests] == [f"sha256:{SHA256}"]
    assert (unfit.row, unfit.says) == (2, "the event has no eventType")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0\1\2",
        "hello",
        "[]",
        "{}",
        '{"status": 1}',
        "[" * 100_000,
        f"{SHA256}  a.mp4\n",
        f"sha256,filename\n{SHA256},a.mp4\n",
        "<",
        "<a/>",
        "<a>" * 500,
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<premis xmlns="info:lc/xmlns/premis-v2"><event/></premis>',
        '<?xml version="1.0" encoding="no-such"?><a/>',
    ],
)
def test_what_holds_no_records_is_refused_and_nothing_else_happens(text):
    with pytest.raises(UnfitRecordsError):
        read(text)


def test_too_large_and_too_many_are_refused(monkeypatch):
    with pytest.raises(UnfitRecordsError, match="bytes"):
        reading.read(io.BytesIO(), reading.FILE_BYTES + 1)
    monkeypatch.setattr(reading, "RECORDS", 2)
    with pytest.raises(UnfitRecordsError, match="more than 2"):
        read("event,name\n" + "capture,a\n" * 3)


def test_a_text_that_is_too_long_is_cut_and_says_so():
    _, [one] = read(f"event,name,note\ncapture,a,{'x' * (TEXT_LIMIT + 1)}\n")
    assert one.note.endswith("… (cut: 4,001 characters)")


def test_a_cell_without_an_end_costs_no_more_than_its_row():
    _, records = read(f'event,name\ncapture,"{"x" * ((1 << 20) + 1)}"\ncapture,b\n')
    assert isinstance(records[0], UnfitRecord)
    assert records[-1].name == "b"


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_whatever_a_file_holds_it_is_read_or_refused(content):
    try:
        read(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    except UnfitRecordsError:
        return


@given(
    st.lists(st.text(st.characters(exclude_characters="\0"), max_size=20), max_size=6),
    st.sampled_from(["table", "sheet", "base"]),
)
def test_whatever_the_cells_hold_every_row_comes_out(cells, kind):
    heading = {
        "table": "event,time,sha256,name",
        "sheet": "link,archive status,hash",
        "base": "status,metadata,media",
    }[kind]
    row = ",".join('"{}"'.format(each.replace('"', '""')) for each in cells)
    _, records = read(f"{heading}\n{row}\n".encode("utf-8", "replace"))
    assert all(isinstance(each, Assertion | UnfitRecord) for each in records)
