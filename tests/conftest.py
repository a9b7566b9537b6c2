"""Every test has keys and settings of its own."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from mediaev.examine import examine
from mediaev.model.examination import ExamineSettings

# A busy machine is no fault: hypothesis would measure wall-clock time.
settings.register_profile("mediaev", deadline=None)
settings.load_profile("mediaev")

for _name in ("authority_factory", "case_factory", "media_factory", "onnx_factory"):
    if _name not in sys.modules:
        _spec = importlib.util.spec_from_file_location(
            _name, Path(__file__).with_name(f"{_name}.py")
        )
        _module = importlib.util.module_from_spec(_spec)
        sys.modules[_name] = _module
        _spec.loader.exec_module(_module)


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory, monkeypatch):
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.delenv("MEDIAEV_KEY_PASSPHRASE", raising=False)
    monkeypatch.delenv("MEDIAEV_LEARNED", raising=False)


@pytest.fixture
def media(tmp_path):
    """A factory of small media files (tests/media_factory.py)."""
    return sys.modules["media_factory"].MediaFactory(tmp_path)


@pytest.fixture
def cases(tmp_path):
    """A factory of small cases without footage (tests/case_factory.py)."""
    return sys.modules["case_factory"].CaseFactory(tmp_path)


@pytest.fixture(scope="session")
def hard_names():
    """Names of files that break things."""
    return sys.modules["case_factory"].NAMES


@pytest.fixture(scope="session")
def vectors():
    """The folder of others' test vectors beside the repository, or a loud skip."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "vectors"
    if not folder.is_dir():
        pytest.skip(f"no test vectors at {folder}: checks against them were not run")
    return folder


@pytest.fixture(scope="session")
def authority_factory():
    """Time-stamping authorities of the tests' own (tests/authority_factory.py)."""
    return sys.modules["authority_factory"]


@pytest.fixture(scope="session")
def two_authorities(authority_factory):
    """Authorities `alpha` (RSA) and `beta` (ECDSA). Their clocks may be set; set them back."""
    return authority_factory.Authority("alpha"), authority_factory.Authority("beta", curve=True)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """A weights file of a tiny network that tells pictures apart (tests/onnx_factory.py)."""
    path = tmp_path_factory.mktemp("model") / "tiny.onnx"
    path.write_bytes(sys.modules["onnx_factory"].projection())
    return path


@pytest.fixture(scope="session")
def shared_data():
    """The folder of real media beside the repository, or a loud skip."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip(f"no real media at {folder}: checks on them were not run")
    return folder


@pytest.fixture
def look():
    """Examine a file: `look(path, thumbnail_edge=0)`, settings by name."""

    def examined(path, **settings):
        fd = os.open(path, os.O_RDONLY)
        try:
            return examine(fd, ExamineSettings(**settings))
        finally:
            os.close(fd)

    return examined
