"""The size of still pictures, by Pillow."""

from __future__ import annotations

from typing import BinaryIO

import PIL

from mediaev.model.claim import Claim
from mediaev.model.examination import MediaFacts

STILLS = {"jpeg", "mpo", "png", "webp", "gif", "tiff", "bmp", "heif", "avif"}
"""`MediaFacts.format` of what Pillow opens."""


class StillReader:
    """States the size that the decoder found."""

    name = "pillow"
    version = PIL.__version__

    def accepts(self, facts: MediaFacts) -> bool:
        """Still pictures and animations."""
        return facts.format in STILLS

    def read(self, file: BinaryIO, facts: MediaFacts) -> list[Claim]:
        """Width and height as stored."""
        del file
        source = f"{self.name} {self.version}"
        sides = (("width", facts.width, "ImageWidth"), ("height", facts.height, "ImageHeight"))
        return [
            Claim(field, value, source, f"File:{tag}", "px") for field, value, tag in sides if value
        ]
