"""IPTC IIM records: caption, author, credit, instructions, keywords."""

from __future__ import annotations

from typing import BinaryIO

import PIL
from PIL import IptcImagePlugin
from PIL.ImageFile import ImageFile

from mediaev.examine.media.stills import header
from mediaev.model.claim import Claim
from mediaev.model.examination import MediaFacts

_TEXTS = (
    ("iptc_caption", 120, "IPTC:Caption-Abstract"),
    ("iptc_byline", 80, "IPTC:By-line"),
    ("iptc_credit", 110, "IPTC:Credit"),
    ("iptc_instructions", 40, "IPTC:SpecialInstructions"),
)
_KEYWORDS = 25


class IptcReader:
    """Reads record 2 of the IPTC block of JPEG and TIFF."""

    name = "iptc"
    version = f"1 (pillow {PIL.__version__})"

    def accepts(self, facts: MediaFacts) -> bool:
        """JPEG and TIFF."""
        return facts.format in {"jpeg", "mpo", "tiff"}

    def read(self, file: BinaryIO, facts: MediaFacts) -> list[Claim]:
        """Claims of the editorial fields."""
        del facts
        image = header(file)
        found = (isinstance(image, ImageFile) and IptcImagePlugin.getiptcinfo(image)) or {}
        source = f"{self.name} {self.version}"
        claims = []
        for field, number, tag in _TEXTS:
            if texts := _texts(found.get((2, number))):
                claims.append(Claim(field, texts[0], source, tag))
        if words := _texts(found.get((2, _KEYWORDS))):
            claims.append(Claim("iptc_keywords", words, source, "IPTC:Keywords"))
        return claims


def _texts(value: bytes | list[bytes] | None) -> list[str]:
    """One or more values as text: UTF-8, else Latin-1 as old agencies wrote it."""
    values = value if isinstance(value, list) else [value or b""]
    return [text for each in values if (text := _decoded(each))]


def _decoded(value: bytes) -> str:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    return text.strip("\0 \r\n\t")
