import base64
import json
import os
from pathlib import Path

import pytest


def test_two_files_need_no_case(cli, library, tmp_path):
    done = cli("-C", tmp_path / "none", "compare", library.query, library.folder / "long.mp4")
    assert done.code == 0
    assert "A to B: excerpt-of" in done.out


def test_a_misspelt_file_is_what_is_missing_not_a_case(cli, library, tmp_path):
    done = cli("-C", tmp_path / "none", "compare", library.query, "lnog.mp4")
    assert done.code == 2
    assert done.err.startswith("mediaev: error: lnog.mp4: there is no such file")


def test_two_stills_are_compared_without_times(cli, library):
    done = cli("compare", library.folder / "photo.png", library.folder / "photo.jpg")
    assert done.code == 0
    assert "same-recording" in done.out
    assert "00:00" not in done.out


def test_nothing_shared_is_exit_code_1(cli, library):
    done = cli("compare", library.unrelated, library.folder / "long.mp4")
    assert done.code == 1
    assert "nothing found that they share" in done.out


def test_an_exhibit_goes_by_the_first_digits_of_its_digest(cli, case):
    shown = json.loads(cli("show", "--json", case.folder / "long.mp4").out)
    done = cli("compare", "--json", case.query, shown["exhibit"][7:19])
    assert done.code == 0
    document = json.loads(done.out)
    assert document["b"]["exhibit"] == shown["exhibit"]
    assert document["match"]["relation"] == "excerpt-of"


def test_json_has_the_exact_names(cli, library, tmp_path):
    odd = tmp_path / "back\\slash\n.png"
    odd.write_bytes((library.folder / "photo.png").read_bytes())
    raw = Path(os.fsdecode(os.fsencode(library.folder) + b"/\xff\xfe.png"))
    document = json.loads(cli("compare", "--json", odd, raw).out)
    assert document["a"]["name"] == str(odd)
    assert base64.b64decode(document["b"]["name_b64"]) == os.fsencode(raw)


def test_jsonl_is_one_line(cli, library):
    done = cli("compare", "--jsonl", library.unrelated, library.query)
    assert done.code == 1
    assert json.loads(done.out)["match"] is None


@pytest.mark.parametrize(
    ("name", "code"), [("nowhere.mp4", 2), ("bad.mp4", 3), ("pipe.mp4", 3), (".", 2)]
)
def test_what_cannot_be_compared_is_named(cli, case, name, code):
    second = case.folder / name if name != "nowhere.mp4" else name
    done = cli("compare", case.query, second)
    assert (done.code, done.out) == (code, "")
    assert name.strip(".") in done.err
