"""Metadata readers, one a file: each turns an open file into claims."""

from __future__ import annotations

from mediaev.examine.metadata.container import ContainerReader
from mediaev.examine.metadata.exif import ExifReader
from mediaev.examine.metadata.iptc import IptcReader
from mediaev.examine.metadata.jpeg import JpegReader
from mediaev.examine.metadata.reading import Read, read_all
from mediaev.examine.metadata.stills import StillReader
from mediaev.examine.metadata.xmp import XmpReader
from mediaev.ports import Reader

BUILT_IN: tuple[Reader, ...] = (
    ExifReader(),
    ContainerReader(),
    XmpReader(),
    IptcReader(),
    StillReader(),
    JpegReader(),
)
"""In the order in which their claims are preferred."""

__all__ = ["BUILT_IN", "Read", "read_all"]
