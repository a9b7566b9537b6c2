"""`scripts/mediaev` in a made-up clone whose lock pins nothing, so that no network is needed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REPORT = """
import json, os, sys
print(json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd(), "prefix": sys.prefix}))
sys.exit(7)
"""
UNKNOWN = "no-such-package==1 --hash=sha256:" + "0" * 64 + "\n"


class Clone:
    """A clone in a folder with a space in its name."""

    def __init__(self, root: Path):
        self.root = root
        self.venv = root / ".venv"
        self.lock = root / "scripts" / "requirements.lock"
        self.script = root / "scripts" / "mediaev"
        shutil.copytree(ROOT / "scripts", root / "scripts")
        (root / "mediaev").mkdir()
        (root / "mediaev" / "__main__.py").write_text(REPORT)
        self.lock.write_text("--only-binary :all:\n")

    def start(self, *arguments, script=None, folder=None, path=None):
        python = Path(sys.executable).resolve().parent
        environment = {
            "PATH": path or f"{python}{os.pathsep}{os.defpath}",
            "HOME": str(self.root / "nowhere"),
            "PIP_NO_INDEX": "1",
            "PIP_CONFIG_FILE": os.devnull,
        }
        return subprocess.Popen(
            [script or self.script, *arguments],
            cwd=folder or self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments, **where):
        """Exit code, what stdout says, stderr."""
        process = self.start(*arguments, **where)
        out, err = process.communicate()
        return process.returncode, json.loads(out) if out else None, err


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path / "a clone")


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A clone that was set up. Do not change it."""
    clone = Clone(tmp_path_factory.mktemp("ready") / "a clone")
    assert clone.run()[0] == 7
    return clone


def test_the_first_run_sets_up_and_says_so_on_stderr(clone):
    code, report, err = clone.run("scan", "a b", "*", "")
    assert code == 7
    assert report["arguments"] == ["scan", "a b", "*", ""]
    assert report["prefix"] == str(clone.venv)
    assert "setting up" in err


def test_the_second_run_says_nothing(ready):
    assert ready.run()[2] == ""


def test_it_runs_through_links_from_any_folder(ready, tmp_path):
    (tmp_path / "one").symlink_to(ready.script)
    (tmp_path / "two").symlink_to("one")
    code, report, _ = ready.run("x", script=tmp_path / "two", folder=tmp_path)
    assert (code, report["arguments"], report["folder"]) == (7, ["x"], str(tmp_path))


def test_no_module_is_taken_from_an_evidence_folder(ready, tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('hostile')")
    (tmp_path / "mediaev").mkdir()
    (tmp_path / "mediaev" / "__main__.py").write_text("raise SystemExit('hostile')")
    assert ready.run(folder=tmp_path)[0] == 7


def test_a_changed_lock_makes_the_environment_anew(clone):
    clone.run()
    (clone.venv / "left over").touch()
    clone.lock.write_text("# changed\n")
    code, _, err = clone.run()
    assert code == 7
    assert "setting up" in err
    assert not (clone.venv / "left over").exists()


def test_a_set_up_that_was_killed_is_started_again(clone):
    clone.run()
    (clone.venv / clone.lock.name).unlink()
    shutil.rmtree(clone.venv / "lib")
    code, _, err = clone.run()
    assert code == 7
    assert "setting up" in err


def test_two_first_runs_at_once_set_up_once(clone):
    both = [clone.start(name) for name in ("one", "two")]
    ends = [(process.communicate(), process.returncode) for process in both]
    assert [code for _, code in ends] == [7, 7]
    said = "".join(err for (_, err), _ in ends)
    assert said.count("setting up") == 1


def test_a_failed_set_up_says_so_and_leaves_nothing(clone):
    clone.lock.write_text(UNKNOWN)
    code, report, err = clone.run()
    assert (code, report) == (20, None)
    assert "set-up failed" in err
    assert "Traceback" not in err
    assert not clone.venv.exists()


def test_without_python_it_says_what_is_needed(clone, tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "dirname", "readlink", "cmp"):
        (programs / name).symlink_to(shutil.which(name))
    code, report, err = clone.run(path=str(programs))
    assert (code, report) == (20, None)
    assert "Python 3.11 or newer" in err
