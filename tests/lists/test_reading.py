"""Lists in the forms in which they come: the content says which it is."""

import hashlib
import json

import pytest

from mediaev.errors import UnfitListError
from mediaev.model.hash_list import EntryKind, LeftOut, Unfit

MD5 = hashlib.md5(b"a").hexdigest()
SHA1 = hashlib.sha1(b"a").hexdigest()
SHA256 = hashlib.sha256(b"a").hexdigest()
SHA512 = hashlib.sha512(b"a").hexdigest()
PDQ = hashlib.sha256(b"picture").hexdigest()
OTHER = hashlib.sha256(b"another").hexdigest()
SHORT = "f8f0e0c08080c0e1"


def test_bare_hashes_are_known_by_their_length(got):
    found = got(f"# ours\n\n{MD5}\n{SHA1.upper()}\n{SHA256}  # of the market\n{SHA512}\n{SHORT}\n")
    assert found.format == "lines"
    assert [(kind, digits, line) for kind, digits, line, _ in found.told] == [
        ("md5", MD5, 3),
        ("sha1", SHA1, 4),
        ("sha256-or-pdq", SHA256, 5),
        ("sha512", SHA512, 6),
        ("phash-or-dhash", SHORT, 7),
    ]
    assert found.others == []


@pytest.mark.parametrize(
    ("line", "kind", "digits", "label"),
    [
        (f"{SHA256}  a clip, the first.mp4", "sha256-or-pdq", SHA256, "a clip, the first.mp4"),
        (f"{MD5} *clip.mp4", "md5", MD5, "clip.mp4"),
        (f"{SHA256}  ;a,b.mp4", "sha256-or-pdq", SHA256, ";a,b.mp4"),
        (f"\\{SHA256}  two\\nlines\\\\.mp4", "sha256-or-pdq", SHA256, "two\nlines\\.mp4"),
        (f"SHA256 (a clip.mp4) = {SHA256}", "sha256", SHA256, "a clip.mp4"),
        (f"SHA2-256 (x) = {SHA256}", None, None, None),
        (f"sha256:{SHA256}", "sha256", SHA256, ""),
        (f"pdq {PDQ}", "pdq", PDQ, ""),
        (f"video_md5 {MD5}", "md5", MD5, ""),
    ],
)
def test_lines_that_speak_for_themselves(got, line, kind, digits, label):
    found = got(f"{line}\n")
    if kind is None:
        assert found.others == [LeftOut(1, "of the type sha2256")]
    else:
        assert found.told == [(kind, digits, 1, label)]


def test_a_hash_in_a_comment_is_counted_as_left_out(got):
    found = got(f"# by Desk\n#{SHA256}  a.mp4\n{MD5}\n  # {SHA1}\n")
    assert [line for *_, line, _ in found.told] == [3]
    assert found.others == [LeftOut(4, "commented out")] * 2


@pytest.mark.parametrize("first", ["//server/share/a.mp4", ""])
def test_a_row_that_begins_with_slashes_or_nothing_is_no_comment(got, first):
    assert got(f"path;name;md5\n{first};x;{MD5}\n").told[0][:3] == ("md5", MD5, 2)


def test_hashdeep_takes_its_columns_from_the_head_and_commas_into_names(got):
    found = got(
        "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,tiger,filename\n"
        "## Invoked from: /home\n## $ hashdeep -r .\n## \n"
        f"12,{MD5},{SHA256},{'0' * 48},/a, b.mp4\n"
        f"x,{MD5},{SHA256}\n"
        "%%%% HASHDEEP-1.0\n%%%% size,tiger,filename\n"
        f"12,{'0' * 48},/c.mp4\n"
    )
    assert found.format == "hashdeep"
    assert found.told == [("md5", MD5, 6, "/a, b.mp4"), ("sha256", SHA256, 6, "/a, b.mp4")]
    assert [type(each) for each in found.others] == [Unfit, LeftOut]
    assert [each.line for each in found.others] == [7, 10]


def test_another_version_of_hashdeep_is_refused(got):
    with pytest.raises(UnfitListError, match="another version"):
        got("%%%% HASHDEEP-2.0\n%%%% size,md5,filename\n")


@pytest.mark.parametrize("divider", [",", "\t", ";", "|"])
def test_a_table_with_a_heading(got, divider):
    rows = [
        ["File name", "MD5", "SHA-256", "Tags", "Weather"],
        ["a.mp4", MD5, SHA256, "market", "rain"],
        ["b.mp4", "", SHA256, "", "sun"],
        ["c.mp4", "", "", "", "sun"],
        ["d.mp4", "zz", SHA256, "", ""],
        ["e.mp4"],
    ]
    found = got("".join(divider.join(row) + "\n" for row in rows))
    assert found.format == "table"
    assert found.told == [
        ("md5", MD5, 2, "a.mp4, market"),
        ("sha256", SHA256, 2, "a.mp4, market"),
        ("sha256", SHA256, 3, "b.mp4"),
        ("sha256", SHA256, 5, "d.mp4"),
    ]
    assert [(type(each), each.line) for each in found.others] == [
        (LeftOut, 4),
        (Unfit, 5),
        (Unfit, 6),
    ]


def test_a_column_can_name_the_kind_of_each_row(got):
    found = got(
        '#TYPE System\r\n"Algorithm","Hash","Path"\r\n'
        f'"SHA256","{SHA256.upper()}","C:\\a, b.mp4"\r\n"MD5","{MD5}","C:\\c.mp4"\r\n'
    )
    assert found.told == [("sha256", SHA256, 3, "C:\\a, b.mp4"), ("md5", MD5, 4, "C:\\c.mp4")]


def test_what_a_shell_of_windows_writes_is_read_too(got):
    assert got(f'"Hash"\r\n"{SHA256}"\r\n'.encode("utf-16")).told == [
        ("sha256-or-pdq", SHA256, 2, "")
    ]
    assert got(b"\xef\xbb\xbf" + f"{MD5}\n".encode()).told == [("md5", MD5, 1, "")]


@pytest.mark.parametrize("heading", ["", "hash,quality,filename\n"])
def test_pdq_with_quality_and_file_name(got, heading):
    found = got(
        f"{heading}{PDQ},97,a/b,c.jpg\n{OTHER},7,d.jpg\n"
        if not heading
        else f"{heading}{PDQ},97,b.jpg\n{OTHER},7,d.jpg\n"
    )
    assert [(each.bits.hex(), list(each.quality)) for each in found.entries] == [
        (PDQ, [97]),
        (OTHER, [7]),
    ]
    assert all(EntryKind.PDQ in each.kind.pictures for each in found.entries)
    assert found.entries[1].label == "d.jpg"


def test_an_identifier_beside_a_hash_is_no_hash(got):
    found = got(f"{PDQ},2880742865368386,2020-07-31T18:47:52+0000,disputed photo\n")
    assert [each.kind for each in found.entries] == [EntryKind.SHA256_OR_PDQ]
    assert "disputed photo" in found.entries[0].label


def test_vpdq_is_a_line_a_frame_and_begins_anew_with_each_video(got):
    found = got(
        f"0,100,{PDQ},0\n15,98,{OTHER},0.500\n30,7,{PDQ},1.0e0\n0,100,{OTHER},0\nnonsense\n"
    )
    assert found.format == "vpdq"
    first, second = found.entries
    assert first.kind is EntryKind.VPDQ
    assert first.bits.hex() == PDQ + OTHER + PDQ
    assert list(first.quality) == [100, 98, 7]
    assert first.ticks == (0, 500, 1000)
    assert (second.bits.hex(), second.line) == (OTHER, 4)
    assert [each.line for each in found.others] == [5]


def test_vpdq_without_frame_numbers(got):
    (entry,) = got(f"{PDQ},100,0.000\n{OTHER},98,1.000\n").entries
    assert (entry.kind, entry.ticks) == (EntryKind.VPDQ, (0, 1000))


def test_threatexchange_records(got):
    document = {
        "data": [
            {
                "id": "3058061737574159",
                "indicator": PDQ,
                "type": "HASH_PDQ",
                "tags": ["market", "may"],
                "status": "UNKNOWN",
                "should_delete": False,
                "applications_with_opinions": ["1234567890123456"],
            },
            {"indicator": MD5, "type": "HASH_VIDEO_MD5", "description": "clip"},
            {"indicator": SHA1, "type": "HASH_SHA1"},
            {"indicator": SHA256, "type": "HASH_SHA256"},
            {"indicator": "AAAA", "type": "HASH_TMK"},
            {"indicator": SHA256, "type": "HASH_SHA256", "should_delete": True},
            {"indicator": "12", "type": "HASH_MD5"},
        ]
    }
    found = got(json.dumps(document, indent=1))
    assert found.format == "json"
    assert [(kind, digits, label) for kind, digits, _, label in found.told] == [
        ("pdq", PDQ, "market may, UNKNOWN"),
        ("md5", MD5, "clip"),
        ("sha1", SHA1, ""),
        ("sha256", SHA256, ""),
    ]
    assert [type(each) for each in found.others] == [LeftOut, LeftOut, Unfit]
    assert found.others[0].reason == "of the type hashtmk"
    assert "withdrawn" in found.others[1].reason
    assert found.entries[0].line == 3  # where the record begins


@pytest.mark.parametrize(
    "document",
    [
        [f"{PDQ},100,0.0", f"{OTHER},98,1.5"],
        {
            "0": {"quality": 100, "hash": PDQ, "timestamp": 0.0},
            "45": {"quality": 98, "hash": OTHER, "timestamp": 1.5},
        },
        {
            "indicator": json.dumps([f"{PDQ},100,0.0", f"{OTHER},98,1.5"]),
            "type": "HASH_VIDEO_VPDQ",
        },
        {"signal_type": "vpdq", "signal_value": [f"{PDQ},100,0.0", f"{OTHER},98,1.5"]},
    ],
    ids=["texts", "objects", "packed", "signal"],
)
def test_vpdq_signals_in_json(got, document):
    (entry,) = got(json.dumps(document)).entries
    assert entry.kind is EntryKind.VPDQ
    assert entry.bits.hex() == PDQ + OTHER
    assert (list(entry.quality), entry.ticks) == ([100, 98], (0, 1500))


def test_json_lines_and_plain_arrays(got):
    assert got(f'{{"md5": "{MD5}", "file": "a.mp4"}}\n{{"sha256": "{SHA256}"}}\n').told == [
        ("md5", MD5, 1, "a.mp4"),
        ("sha256", SHA256, 2, ""),
    ]
    found = got(json.dumps([MD5, "no hash", SHA1]))
    assert [kind for kind, *_ in found.told] == ["md5", "sha1"]
    assert len(found.others) == 1
    found = got(json.dumps({"sha256": [SHA256, OTHER], "phash": [SHORT]}))
    assert [kind for kind, *_ in found.told] == ["sha256", "sha256", "phash"]


def test_json_that_was_cut_off_says_so_and_keeps_what_was_whole(got):
    found = got(f'[{{"md5": "{MD5}"}},\n{{"md5": "{SHA1}')
    assert [kind for kind, *_ in found.told] == ["md5"]
    assert [(type(each), each.line) for each in found.others] == [(Unfit, 2)]


def test_a_hash_of_the_wrong_length_is_never_mended(got):
    found = got(f"hash,type\n{PDQ[:63]},pdq\n{PDQ},pdq\n")
    assert [each.line for each in found.entries] == [3]
    assert found.others == [
        Unfit(2, f"pdq has 64 hexadecimal digits, '{PDQ[:24]}'… has 63 characters")
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no hashes"),
        (b"\n# only comments\n\n", "no hashes"),
        (b"Dear all,\nplease find attached\n", "no format that is known: line 1 begins 'Dear"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "no text"),
    ],
)
def test_what_is_no_list_is_refused_with_the_forms_that_are(got, content, says):
    with pytest.raises(UnfitListError, match=says) as refused:
        got(content)
    assert "format" in refused.value.message or "hash" in refused.value.message
