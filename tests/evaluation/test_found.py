"""The picture of found edits in the README is made by what it shows."""

import pytest
from PIL import Image

from evaluation import found


@pytest.mark.slow
def test_edits_of_a_made_up_recording_are_found_and_drawn(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(
        found, "compare_files", lambda *a, **k: said.append(real(*a, **k)) or said[-1]
    )
    found.draw(tmp_path, tmp_path / "found.png", ("mirrored", "tilted"))
    assert all(each.match.accepted for each in said)
    with Image.open(tmp_path / "found.png") as image:
        assert image.width > 1000


real = found.compare_files
