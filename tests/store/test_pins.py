import pytest

from mediaev.errors import UsageError
from mediaev.store.pins import read_pin


def test_pins_that_cannot_be_read_are_named_once(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(UsageError) as caught:
        read_pin("0" * 32)
    assert caught.value.message.count("pins.json") == 1
    assert caught.value.message.endswith("Not a directory")
