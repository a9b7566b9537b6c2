import base64
import json
import os

import pytest


def answers(done):
    return [json.loads(each) for each in done.out.splitlines()]


def test_it_says_which_exhibit_and_where_in_it(cli, case):
    done = cli("find", case.query)
    assert done.code == 0
    assert done.out.startswith(f"{case.query}\n  excerpt-of  ")
    assert f"    {case.folder}/long.mp4\n" in done.out
    assert "00:00:00.000 - 00:00:0" in done.out


def test_a_mirrored_copy_is_called_so(cli, case):
    done = cli("find", case.folder / "part.mp4")
    assert "identical  1.00" in done.out
    assert "      one of the two is mirrored; the two cannot tell which\n" in done.out


def test_nothing_found_is_exit_code_1(cli, case):
    done = cli("find", case.unrelated)
    assert done.code == 1
    assert done.out == f"{case.unrelated}\n  nothing found\n"


def test_jsonl_is_as_promised(cli, case):
    (answer,) = answers(cli("find", "--jsonl", case.query))
    assert set(answer) == {"query", "status", "error", "matches"}
    assert (answer["query"], answer["status"], answer["error"]) == (str(case.query), "ok", None)
    match = answer["matches"][0]
    assert match["exhibit"].startswith("sha256:")
    assert match["paths"] == [str(case.folder / "long.mp4")]
    assert match["relation"] == "excerpt-of"
    assert match["accepted"] is True
    assert 0.5 <= match["score"] <= 1
    (segment,) = match["segments"]
    assert segment["exhibit"] == pytest.approx([1, 4], abs=0.5)
    assert set(segment) >= {"query", "exhibit", "speed", "score"}
    assert set(match["transform"]) >= {"mirrored", "rotation", "box"}
    assert "visual" in match["evidence"]


def test_a_file_that_fails_is_answered_in_its_place_and_makes_it_3(cli, case, tmp_path):
    gone = tmp_path / "gone.mp4"
    done = cli("find", "--jsonl", case.query, gone, case.folder / "bad.mp4", case.unrelated)
    assert done.code == 3
    assert [each["query"] for each in answers(done)] == [
        str(each) for each in (case.query, gone, case.folder / "bad.mp4", case.unrelated)
    ]
    states = [each["status"] for each in answers(done)]
    assert states[0] == "ok"
    assert states[1] == "failed"
    assert "gone.mp4" in answers(done)[1]["error"]


def test_json_is_one_document(cli, case):
    document = json.loads(cli("find", "--json", case.query, case.unrelated).out)
    assert [len(each["matches"]) > 0 for each in document["answers"]] == [True, False]


def test_names_without_utf8_are_exact_in_json(cli, case):
    raw = os.fsencode(case.folder) + b"/\xff\xfe.png"
    (answer,) = answers(cli("find", "--jsonl", raw))
    assert base64.b64decode(answer["query_b64"]) == raw
    identical = answer["matches"][0]
    assert raw in [base64.b64decode(each) for each in identical["paths_b64"]]


def test_verbose_shows_the_evidence(cli, case):
    assert "motion_agreement" not in cli("find", case.query).out
    assert "motion_agreement" in cli("find", "-v", case.query).out


def test_folders_are_refused_with_advice(cli, case):
    done = cli("find", case.folder)
    assert (done.code, done.out) == (2, "")
    assert "is a folder" in done.err
    assert "scan" in done.err


def test_without_a_case_it_says_so(cli, library, tmp_path):
    done = cli("-C", tmp_path / "none", "find", library.query)
    assert (done.code, done.out) == (10, "")
    assert not (tmp_path / "none").exists()


def test_a_learned_model_says_that_it_spoke(cli, tmp_path, tiny_model, case):
    held = tmp_path / "case"
    assert cli("-C", held, "scan", case.folder / "long.mp4", "--learned", tiny_model).code == 0
    done = cli("-C", held, "find", case.query)
    assert done.code == 2
    assert "was described with the learned model sha256:" in done.err
    assert "--learned FILE" in done.err
    done = cli("-C", held, "find", "--learned", tiny_model, case.query)
    assert done.code == 0
    assert "      learned model: alike (cosine " in done.out
    (answer,) = answers(cli("-C", held, "find", "--jsonl", "--learned", tiny_model, case.query))
    told = answer["matches"][0]["evidence"]["visual"]["learned"]
    assert told["descriptor"].startswith("learned/")
    assert cli("-C", held, "find", "--learned", "none", case.query).code == 0
    for unfit in ("", case.query, tmp_path / "gone.onnx", "sscd-distilled-or-not"):
        assert cli("-C", held, "find", "--learned", unfit, case.query).code == 2
