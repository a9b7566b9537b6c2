"""XMP packets: document history, and what EXIF would say if it were there."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import BinaryIO
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from mediaev.examine.media.stills import xmp_packet
from mediaev.examine.metadata.places import position_claims
from mediaev.examine.metadata.stills import STILLS
from mediaev.examine.metadata.times import capture_claims, iso_time
from mediaev.model.claim import Claim
from mediaev.model.examination import MediaFacts

_LARGEST = 16 << 20
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_MM = "{http://ns.adobe.com/xap/1.0/mm/}"
_REF = "{http://ns.adobe.com/xap/1.0/sType/ResourceRef#}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_TIFF = "{http://ns.adobe.com/tiff/1.0/}"

_TEXTS = (
    ("xmp_document_id", f"{_MM}DocumentID", "XMP-xmpMM:DocumentID"),
    ("xmp_instance_id", f"{_MM}InstanceID", "XMP-xmpMM:InstanceID"),
    ("xmp_creator_tool", f"{_XMP}CreatorTool", "XMP-xmp:CreatorTool"),
    ("camera_make", f"{_TIFF}Make", "XMP-tiff:Make"),
    ("camera_model", f"{_TIFF}Model", "XMP-tiff:Model"),
)
_COORDINATE = re.compile(r"(\d+),(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?\s*([NSEW])$")


class XmpReader:
    """Reads the XMP packet of stills; entities and external references are refused."""

    name = "xmp"
    version = f"1 (defusedxml {version('defusedxml')})"

    def accepts(self, facts: MediaFacts) -> bool:
        """Still pictures."""
        return facts.format in STILLS

    def read(self, file: BinaryIO, facts: MediaFacts) -> list[Claim]:
        """Claims of the main packet."""
        del facts
        packet = xmp_packet(file).strip(b"\0 \n\r\t")
        if not packet:
            return []
        if len(packet) > _LARGEST:
            raise ValueError("the XMP packet is absurdly large")
        root = ElementTree.fromstring(packet, forbid_dtd=True)
        described = [each for each in root.iter(f"{_RDF}Description") if _is_top(root, each)]
        source = f"{self.name} {self.version}"
        claims = [
            Claim(field, text, source, tag)
            for field, name, tag in _TEXTS
            if (text := _text(described, name))
        ]
        return [*claims, *_derived(described, source), *_shot(described, source)]


def _is_top(root: Element, description: Element) -> bool:
    """Whether it describes the file itself, not something that is nested in a value."""
    return any(description in list(rdf) for rdf in root.iter(f"{_RDF}RDF"))


def _text(described: list[Element], name: str) -> str:
    """A simple value, be it written as an attribute or as an element."""
    for each in described:
        element = each.find(name)
        text = each.get(name) or (element.text if element is not None else "")
        if text and text.strip():
            return text.strip()
    return ""


def _derived(described: list[Element], source: str) -> list[Claim]:
    """What the document came from, and how many steps made it."""
    claims = []
    for each in described:
        reference = each.find(f"{_MM}DerivedFrom")
        if reference is not None:
            names = (f"{_REF}documentID", f"{_REF}instanceID")
            holders = [reference, *reference.iter(f"{_RDF}Description")]
            found = next((text for name in names if (text := _text(holders, name))), "")
            if found:
                claims.append(Claim("xmp_derived_from", found, source, "XMP-xmpMM:DerivedFrom"))
        history = each.find(f"{_MM}History")
        if history is not None:
            steps = sum(1 for _ in history.iter(f"{_RDF}li"))
            claims.append(Claim("xmp_history_count", steps, source, "XMP-xmpMM:History"))
    return claims


def _shot(described: list[Element], source: str) -> list[Claim]:
    """Time and place of capture, which editors copy from EXIF."""
    claims = []
    if stated := _text(described, f"{_EXIF}DateTimeOriginal"):
        tag = "XMP-exif:DateTimeOriginal"
        claims += capture_claims(iso_time(stated), stated, source, tag)
    pair = []
    for field, name in (("gps_latitude", "GPSLatitude"), ("gps_longitude", "GPSLongitude")):
        stated = _text(described, f"{_EXIF}{name}")
        claim = Claim(field, _degrees(stated), source, f"XMP-exif:{name}")
        pair.append(claim if stated else None)
    return claims + position_claims(*pair)


def _degrees(text: str) -> float | None:
    found = _COORDINATE.match(text)
    if not found:
        return None
    value = float(found[1]) + float(found[2]) / 60 + float(found[3] or 0) / 3600
    return round(-value if found[4] in "SW" else value, 7)
