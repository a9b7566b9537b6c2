"""What lies at the top of the repository, and nothing else."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALLOWED = {
    *("mediaev", "scripts", "tests", "docs"),
    *("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"),
}


def test_the_top_holds_only_what_a_newcomer_expects():
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git clone: what belongs to the repository cannot be told")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    tops = {name.split("/")[0] for name in listed.stdout.split("\0") if name}
    assert {top for top in tops if not top.startswith(".")} == ALLOWED


def test_ci_calls_the_test_script_and_nothing_else():
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert lines[1:] == ['cd "$(dirname "$0")/.." && exec scripts/test "$@"']
