import json


def test_the_table_has_a_row_a_cluster(cli, case):
    done = cli("clusters")
    assert done.code == 0
    assert done.out.count("c-") == 2
    assert "excerpt ×1" in done.out
    assert f"{case.folder}/long.mp4" in done.out


def test_json_and_jsonl_hold_the_same_clusters(cli, case):
    document = json.loads(cli("clusters", "--json").out)
    lines = [json.loads(each) for each in cli("clusters", "--jsonl").out.splitlines()]
    assert document == {"clusters": lines}
    videos = next(each for each in lines if "long.mp4" in str(each))
    assert videos["closest_to_source"] == videos["members"][0]["exhibit"]
    assert videos["members"][0]["paths"] == [str(case.folder / "long.mp4")]
    assert any(reason["criterion"] == "longest" for reason in videos["reasons"])


def test_a_case_without_clusters_says_so(cli, tmp_path):
    cli("-C", tmp_path / "case", "init")
    done = cli("-C", tmp_path / "case", "clusters")
    assert done.code == 0
    assert "No two exhibits" in done.out
    assert json.loads(cli("-C", tmp_path / "case", "clusters", "--json").out) == {"clusters": []}
    assert cli("-C", tmp_path / "case", "clusters", "--jsonl").out == ""
