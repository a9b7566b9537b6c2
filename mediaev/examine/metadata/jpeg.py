"""The structure of JPEG files: what lies behind the end of the picture."""

from __future__ import annotations

import re
from typing import BinaryIO

from mediaev.model.claim import Claim
from mediaev.model.examination import MediaFacts

_MARKER = re.compile(rb"\xff([^\x00\xff])")
_ALONE = {0x01, *range(0xD0, 0xD9)}
"""Markers without a length: TEM, RST0 to RST7, SOI."""
_START_OF_SCAN, _END = 0xDA, 0xD9
_LARGEST = 512 << 20


class JpegReader:
    """Walks the markers of the first picture to its end (ITU-T T.81, annex B)."""

    name = "jpeg"
    version = "1"

    def accepts(self, facts: MediaFacts) -> bool:
        """JPEG."""
        return facts.format in {"jpeg", "mpo"}

    def read(self, file: BinaryIO, facts: MediaFacts) -> list[Claim]:
        """How many bytes follow the end of the image, unless they are only zeros."""
        del facts
        data = file.read(_LARGEST)
        end = _end_of_image(data)
        if not end or not data[end:].strip(b"\0"):
            return []
        source, flags = f"{self.name} {self.version}", ("trailing_data",)
        count = len(data) - end
        return [Claim("trailing_bytes", count, source, "File:Trailer", "byte", flags=flags)]


def _end_of_image(data: bytes) -> int:
    """Offset behind the first picture's EOI marker; 0 when it has none."""
    place = 2
    while found := _MARKER.search(data, place):
        marker = found[1][0]
        place = found.end()
        if marker == _END:
            return place
        if marker in _ALONE:
            continue
        # A scan's header has a length too; its data is passed over by the next search,
        # because FF is followed by 00 or a restart marker in it.
        place += max(2, int.from_bytes(data[place : place + 2], "big"))
    return 0
