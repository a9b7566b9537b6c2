"""What `pip install .` would install."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this clone, built with the pinned tools and without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", *options, ROOT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as opened:
        yield opened


def test_the_wheel_holds_the_whole_package_and_its_types(wheel):
    package = ROOT / "mediaev"
    kept = {
        f"mediaev/{path.relative_to(package)}"
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    held = {name for name in wheel.namelist() if name.startswith("mediaev/")}
    assert held == kept
    assert "mediaev/py.typed" in held


def test_the_wheel_holds_nothing_else(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"mediaev"}


def test_the_wheel_brings_the_command_and_the_licence(wheel):
    names = wheel.namelist()
    (points,) = [name for name in names if name.endswith(".dist-info/entry_points.txt")]
    assert "mediaev = mediaev.__main__:run" in wheel.read(points).decode()
    assert any(name.endswith("/LICENSE") for name in names)
