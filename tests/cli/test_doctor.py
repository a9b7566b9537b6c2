import json
import subprocess
import sys

from mediaev.actions.doctor import Finding
from mediaev.cli import doctor


def test_all_that_is_needed_is_here(cli):
    done = cli("doctor")
    assert done.code == 0
    assert "MISSING" not in done.out
    assert "exifread" in done.out


def test_what_is_missing_is_marked_and_makes_it_20(cli, monkeypatch):
    found = [
        Finding("av", "", "decoding of video and sound", needed=True),
        Finding("ffmpeg", "", "working copies", needed=False),
    ]
    monkeypatch.setattr(doctor, "doctor", lambda: found)
    done = cli("doctor")
    assert done.code == 20
    first, second = done.out.splitlines()
    assert first.split()[:2] == ["MISSING", "av"]
    assert second.split()[:2] == ["absent", "ffmpeg"]
    document = json.loads(cli("doctor", "--json").out)
    assert [each["ok"] for each in document["findings"]] == [False, True]
    lines = [json.loads(each) for each in cli("doctor", "--jsonl").out.splitlines()]
    assert lines == document["findings"]


def test_it_works_without_the_libraries_it_looks_for():
    code = (
        "import sys\n"
        "for name in ('av', 'cv2', 'numpy', 'sqlalchemy', 'cryptography', 'rich', 'PIL'):\n"
        "    sys.modules[name] = None\n"
        "from mediaev.cli.main import run\n"
        "assert run(['doctor']) == 0\n"
        "assert run(['doctor', '--json']) == 0\n"
        "sys.exit(run(['clusters']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 20, done.stderr
    assert "mediaev doctor" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_library_without_ml_dsa_is_told_and_is_no_failure(cli, monkeypatch):
    assert "ok       ml-dsa-44" in cli("doctor").out
    monkeypatch.setattr("mediaev.custody.algorithms.available", lambda _: False)
    done = cli("doctor")
    assert done.code == 0
    [line] = [line for line in done.out.splitlines() if "ml-dsa-44" in line]
    assert line.startswith("absent")
    assert "signed with Ed25519 alone" in line
