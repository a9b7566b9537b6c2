"""How mediaev starts: quickly, and from anywhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"numpy", "cv2", "av", "PIL", "scipy", "faiss", "imagehash", "sqlalchemy", "cryptography"}

# In a process of its own: this one has long imported everything.
LOADED_BY = """
import json, runpy, sys
sys.argv = ["mediaev", *sys.argv[1:]]
try:
    runpy.run_module("mediaev", run_name="__main__", alter_sys=True)
except SystemExit as end:
    print(json.dumps([end.code or 0, sorted({name.split(".")[0] for name in sys.modules})]))
"""


@pytest.fixture
def python(tmp_path):
    """Run Python in an empty folder, with this clone importable."""

    def run(*arguments):
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_a_first_look_loads_nothing_heavy(python, argument):
    done = python("-c", LOADED_BY, argument)
    code, loaded = json.loads(done.stdout.splitlines()[-1])
    assert code == 0, done.stderr
    assert not HEAVY & set(loaded)


def test_the_package_alone_loads_nothing_heavy(python):
    done = python("-c", "import json, sys, mediaev.model; print(json.dumps(sorted(sys.modules)))")
    assert not HEAVY & set(json.loads(done.stdout))


def test_it_runs_as_a_module_from_any_folder(python):
    done = python("-m", "mediaev", "--help")
    assert done.returncode == 0, done.stderr
    assert "scan" in done.stdout
