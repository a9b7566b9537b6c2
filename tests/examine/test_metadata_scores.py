"""The share of known metadata that is read from real files."""

import json
import subprocess
import sys
from dataclasses import asdict


def test_real_files_give_what_is_known_of_them(shared_data, tmp_path, look):
    folder = shared_data / "metadata"
    known = json.loads((folder / "expected-dev.json").read_text())["files"]
    lines = []
    for each in known:
        found = look(folder / each["path"], thumbnail_edge=0)
        claims = [asdict(claim) for claim in found.claims]
        lines.append({"path": each["path"], "claims": claims, "flags": list(found.flags)})
    results = tmp_path / "results.jsonl"
    results.write_text("\n".join(map(json.dumps, lines)))
    script = [sys.executable, folder / "score_metadata.py", "--files", folder]
    options = ["--expected", folder / "expected-dev.json", "--results", results]
    scored = subprocess.run([*script, *options], capture_output=True, text=True, check=True)
    figures = json.loads(scored.stdout.splitlines()[-1])
    assert figures["read_share"] >= 0.94
    assert figures["invented"] == 0
    assert figures["wrong"] <= 2  # durations where container and track disagree
    assert figures["flags_raised_wrongly"] == 0
