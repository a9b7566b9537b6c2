"""The lock files pin what pyproject.toml asks for, and tell nothing about any machine."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
RUN = ROOT / "scripts" / "requirements.lock"
DEVELOP = ROOT / "scripts" / "requirements-dev.lock"

PEERS = ROOT / "scripts" / "requirements-peers.lock"
LEARNED = ROOT / "scripts" / "requirements-learned.lock"
VALIDATORS = ROOT / "scripts" / "requirements-validators.lock"

EACH = [RUN, DEVELOP, PEERS, LEARNED, VALIDATORS]
each_lock = pytest.mark.parametrize("lock", EACH, ids=lambda path: path.name)


def pins(lock):
    """Name → (version and marker, set of hashes)."""
    found = {}
    text = lock.read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith(("#", "--only-binary")):
            name, _, rest = line.partition("==")
            pin, *hashes = rest.split("--hash=")
            found[name] = pin.strip(), {each.strip() for each in hashes}
    return found


@each_lock
def test_a_lock_names_no_host_and_no_place(lock):
    text = lock.read_text()
    assert not re.search(r"://|\bwww\.|@|--(extra-)?index-url|--find-links|--trusted-host", text)
    words = set(re.findall(r"\S*/\S*", text))
    assert words <= {"scripts/lock", "scripts/requirements.lock"}


@each_lock
def test_every_pin_is_exact_and_hashed(lock):
    for name, (pin, hashes) in pins(lock).items():
        assert re.match(r"[\w.]+( ;|$)", pin), name
        assert hashes, name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), name


@pytest.mark.parametrize("lock", EACH[:-1], ids=lambda path: path.name)
def test_only_wheels_are_installed(lock):
    assert "--only-binary :all:" in lock.read_text().splitlines()


@pytest.mark.parametrize("lock", [DEVELOP, LEARNED], ids=lambda path: path.name)
def test_a_larger_lock_holds_what_is_run_unchanged(lock):
    larger = pins(lock)
    assert {name: larger.get(name) for name in pins(RUN)} == pins(RUN)


@pytest.mark.parametrize(
    ("lock", "table"),
    list(zip(EACH, ("project", "dev", "peers", "learned", "validators"), strict=True)),
    ids=["runtime", "development", "peers", "learned", "validators"],
)
def test_the_locks_are_up_to_date(lock, table):
    """After a change in pyproject.toml, run `scripts/lock`."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = {
        "project": settings["project"]["dependencies"],
        **settings["project"]["optional-dependencies"],
        **settings["dependency-groups"],
    }[table]
    pinned = pins(lock)
    for requirement in map(Requirement, asked):
        version = pinned[canonicalize_name(requirement.name)][0].split(" ;")[0]
        assert requirement.specifier.contains(version), requirement


def test_opencv_comes_once():
    assert [name for name in pins(DEVELOP) if "opencv" in name] == ["opencv-python-headless"]
