"""What a file's first bytes say it is. Its name is never asked."""

from __future__ import annotations

import re

from mediaev.model.exhibit import Kind

HEAD = 4096
"""Bytes that `still_format` and `script` want to see."""

_STILLS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
)
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"heif"}
_HEIF_BRANDS |= {b"mif1", b"msf1", b"mif2"}
_AVIF_BRANDS = {b"avif", b"avis"}

_SOUND_CONTAINERS = ((b"fLaC", "FLAC"), (b"ID3", "MP3"), (b"OggS", "Ogg"), (b"#!AMR", "AMR"))
_CONTAINERS = (
    (b"\x1a\x45\xdf\xa3", "Matroska"),
    (b"FLV\x01", "Flash video"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "ASF"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01", "MXF"),
    (b"\0\0\x01\xba", "MPEG"),
    (b".RMF", "RealMedia"),
)
_RIFF = {b"AVI ": "AVI", b"WAVE": "WAV"}
_BOXES = {b"ftyp", b"moov", b"mdat", b"styp", b"moof", b"wide", b"skip", b"free"}

# Texts that name other files or addresses for a player to open.
_SCRIPTS = (
    (rb"#EXTM3U", "an M3U or HLS playlist"),
    (rb"ffconcat version", "an FFmpeg concat script"),
    (rb"file\s+['\"\w./]", "an FFmpeg concat script"),
    (rb"\[playlist\]", "a PLS playlist"),
    (rb"\[Reference\]", "an ASF reference playlist"),
    (rb"v=0\r?\no=", "an SDP session description"),
    (rb"(?s)(?:<\?xml.{0,400}?)?(?:<!--.{0,1000}?-->\s*)?<(?:\w+:)?MPD\b", "a DASH manifest"),
    (rb"(?s)(?:<\?xml.{0,400}?)?<SmoothStreamingMedia\b", "a Smooth Streaming manifest"),
    (rb"(?s)(?:<\?xml.{0,400}?)?<(?:asx|smil|playlist)\b", "a playlist"),
)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def still_format(head: bytes) -> str:
    """Pillow's name of the image format that `head` begins; empty when it begins none."""
    for magic, name in _STILLS:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return "BMP"
    return _isobmff_still(head)


def _isobmff_still(head: bytes) -> str:
    """HEIF or AVIF by the `ftyp` box: the major brand decides, else the compatible ones."""
    if head[4:8] != b"ftyp":
        return ""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    major = head[8:12]
    brands = {major} | {head[at : at + 4] for at in range(16, end - 3, 4)}
    if major in _AVIF_BRANDS or (major in {b"mif1", b"msf1"} and brands & _AVIF_BRANDS):
        return "AVIF"
    return "HEIF" if major in _HEIF_BRANDS else ""


def container(head: bytes) -> str:
    """The container of video or sound that `head` certainly begins; empty if none.

    For wording alone: FFmpeg knows more of them, and decides.
    """
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[4:8] in _BOXES:
        return "MP4"
    for magic, name in _CONTAINERS + _SOUND_CONTAINERS:
        if head.startswith(magic):
            return name
    return ""


def kind(head: bytes) -> Kind:
    """What a file that cannot be decoded was meant to be."""
    if still_format(head):
        return Kind.STILL
    name = container(head)
    if name == "WAV" or name in {each for _, each in _SOUND_CONTAINERS}:
        return Kind.AUDIO
    return Kind.VIDEO if name else Kind.OTHER


def format_name(head: bytes) -> str:
    """What `MediaFacts.format` would be for a file that cannot be opened, empty if unknown."""
    return (still_format(head) or container(head)).lower()


def script(head: bytes) -> str:
    """What kind of playlist or script the text is; empty when it is none."""
    text = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    for pattern, name in _SCRIPTS:
        if re.match(pattern, text, re.IGNORECASE):
            return name
    return ""
