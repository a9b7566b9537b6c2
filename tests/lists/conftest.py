import io

import pytest

from mediaev.lists import read
from mediaev.model.hash_list import Entry


class Got:
    """What came of a list."""

    def __init__(self, content):
        reading = read(io.BytesIO(content), len(content))
        self.format = reading.format
        self.items = list(reading.items)
        self.entries = [each for each in self.items if isinstance(each, Entry)]
        self.others = [each for each in self.items if not isinstance(each, Entry)]

    @property
    def told(self):
        """Kind, hexadecimal, line and label of each entry."""
        return [(each.kind.value, each.bits.hex(), each.line, each.label) for each in self.entries]


@pytest.fixture
def got():
    """Read a list from text or bytes."""

    def make(content):
        return Got(content.encode() if isinstance(content, str) else content)

    return make
