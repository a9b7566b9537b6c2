"""Tables and lists of exhibits."""

import base64
import csv
import io
import json

import pytest

from mediaev.export.csv_table import COLUMNS, CsvTable
from mediaev.export.hashdeep import Hashdeep
from mediaev.export.json_lines import JsonLines
from mediaev.model.digest import Digest
from mediaev.model.export import CaseRecord, ExhibitRecord, Letting, State

TIME = "2026-11-24T10:00:00.000000Z"


def case_of(*exhibits):
    return CaseRecord(
        *("0" * 32, "mediaev.invalid/0", TIME, "", "", "", Letting(), "mediaev 0.1.0", 1, TIME),
        *(exhibits, lambda: iter(())),
    )


def exhibit(number=1, **facts):
    digest = Digest("sha256", bytes([number]) * 32)
    return ExhibitRecord(digest, 1000 + number, TIME, {"sha256": digest.hex}, **facts)


def written(exporter, *exhibits):
    said = []
    return b"".join(exporter.write(case_of(*exhibits), said.append)), said


def rows(*exhibits):
    content, _ = written(CsvTable(), *exhibits)
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " ="]


@pytest.mark.parametrize("start", STARTS)
def test_no_cell_is_a_formula_and_the_row_says_what_was_changed(start):
    cell = f"{start}cmd|' /C calc'!A0"
    [row] = rows(exhibit(names=(cell.encode(),), format=cell))
    for column in ("name", "format"):
        assert row[column].lstrip(" ")[0] not in "=+-@\t\r\n＝＋－＠"
        assert column in row["escaped"].split() or start in "\t\r\n"
    assert list(row) == list(COLUMNS)


def test_a_plain_row_is_not_touched():
    [row] = rows(exhibit(names=(b'a, "b".mp4',), kind="video", format="mp4"))
    assert (row["name"], row["kind"], row["format"], row["escaped"]) == (
        *('a, "b".mp4', "video", "mp4", ""),
    )
    assert row["size"] == "1001"


def test_a_name_that_is_no_text_is_shown_in_csv_and_exact_in_jsonl():
    each = exhibit(names=(b"caf\xe9\n.jpg",), paths=(b"/x/caf\xe9\n.jpg",))
    [row] = rows(each)
    assert row["name"] == r"caf\xe9\n.jpg"
    content, said = written(JsonLines(), each)
    document = json.loads(content)
    assert [base64.b64decode(name) for name in document["names_b64"]] == [b"caf\xe9\n.jpg"]
    assert said == []


def test_jsonl_is_one_ascii_line_an_exhibit():
    content, _ = written(JsonLines(), exhibit(1, state=State.MISSING), exhibit(2))
    assert content.isascii()
    assert [json.loads(line)["state"] for line in content.splitlines()] == ["missing", None]


def test_hashdeep_leaves_out_names_that_would_break_its_lines_and_says_so():
    content, said = written(
        Hashdeep(), exhibit(1, paths=(b"/x/a\nb", b"/x/a,b\xff", b"/x/\x7f")), exhibit(2)
    )
    lines = content.splitlines()
    assert lines[:2] == [b"%%%% HASHDEEP-1.0", b"%%%% size,sha256,filename"]
    listed = [line for line in lines if not line.startswith((b"%", b"#"))]
    assert listed == [
        b"1001," + b"01" * 32 + b",/x/a,b\xff",
        b"1002," + b"02" * 32 + b",sha256-" + b"02" * 32,
    ]
    assert said == [
        "hashdeep: names with control bytes, which such a list cannot have, are comments in it: 2"
    ]
    assert sum(b"not listed" in line for line in lines) == 2
