"""Writing a hash list of one's own, in the forms that others read."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mediaev.model.exhibit import shown

CLEAR = 50
"""Quality below which PDQ's makers advise to pass a picture over: others would match it all."""
UNCLEAR = "shows too little for a picture hash"
NOT_STILL = "no picture, or a video: see vpdq"
NOT_VIDEO = "no video"
DIGESTS_ONLY = f"listed by its digests only: {UNCLEAR}"
"""Said of exhibits that are on the list all the same."""
_PDQ_BYTES = 32
_THREAT_TYPES = {
    "md5": "HASH_MD5",
    "sha1": "HASH_SHA1",
    "sha256": "HASH_SHA256",
    "pdq": "HASH_PDQ",
    "vpdq": "HASH_VIDEO_VPDQ",
}


@dataclass(frozen=True, slots=True)
class Track:
    """PDQ of an exhibit's whole picture, frame by frame."""

    bits: bytes
    quality: bytes
    seconds: Sequence[float]

    def frames(self) -> Iterator[tuple[str, int, float]]:
        """Hexadecimal, quality and time of each frame."""
        for place, (quality, seconds) in enumerate(zip(self.quality, self.seconds, strict=True)):
            bits = self.bits[place * _PDQ_BYTES : (place + 1) * _PDQ_BYTES]
            yield bits.hex(), quality, max(0.0, seconds)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list tells of one exhibit."""

    name: bytes
    """What it is called in the list: not necessarily where it lies."""
    digests: Mapping[str, str]
    """Hexadecimal by algorithm; `sha256` is always there."""
    video: bool = False
    track: Track | None = None
    pictures: Mapping[str, str] = field(default_factory=dict)
    """Hexadecimal of a still's `phash` and `dhash`."""

    @property
    def text(self) -> str:
        """The name as text in which nothing can break a line."""
        return shown(self.name)

    def still(self) -> tuple[str, int] | None:
        """PDQ and quality of a still."""
        if self.track is None or self.video:
            return None
        return next(((digits, quality) for digits, quality, _ in self.track.frames()), None)


Left = Counter[str]
"""How many exhibits are not on the list, or not with all there is, by reason."""
_Writer = Callable[[Iterable[Listed], Left], Iterator[bytes]]


def write(form: str, exhibits: Iterable[Listed], left: Left) -> Iterator[bytes]:
    """The list's bytes, piece by piece; what is not on it is counted in `left`.

    `form` is one of `FORMATS`.
    """
    return FORMATS[form](exhibits, left)


def _sha256(exhibits: Iterable[Listed], _left: Left) -> Iterator[bytes]:
    for each in exhibits:
        name = each.name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
        mark = b"\\" if name != each.name else b""
        yield mark + each.digests["sha256"].encode() + b"  " + name + b"\n"


def _pdq(exhibits: Iterable[Listed], left: Left) -> Iterator[bytes]:
    yield b"hash,quality,filename\n"
    for each in exhibits:
        still = each.still()
        if still is None or still[1] < CLEAR:
            left[NOT_STILL if still is None else UNCLEAR] += 1
        else:
            yield _csv_line([still[0], str(still[1]), each.text])


def _vpdq(exhibits: Iterable[Listed], left: Left) -> Iterator[bytes]:
    for each in exhibits:
        if not each.video or each.track is None:
            left[NOT_VIDEO] += 1
            continue
        for number, (digits, quality, seconds) in enumerate(each.track.frames()):
            yield f"{number},{quality},{digits},{seconds:.3f}\n".encode()


def _csv(exhibits: Iterable[Listed], left: Left) -> Iterator[bytes]:
    yield b"kind,hash,quality,seconds,label\n"
    for each in exhibits:
        for kind, digits, quality, seconds in _all(each, left):
            at = "" if seconds is None else f"{seconds:.3f}"
            told = "" if quality is None else str(quality)
            yield _csv_line([kind, digits, told, at, each.text])


def _all(each: Listed, left: Left) -> Iterator[tuple[str, str, int | None, float | None]]:
    """Every hash of an exhibit: kind, hexadecimal, quality and time."""
    for name, digits in each.digests.items():
        yield name, digits, None, None
    if each.video and each.track is not None:
        for digits, quality, seconds in each.track.frames():
            yield "vpdq", digits, quality, seconds
    still = each.still()
    if still is not None and still[1] < CLEAR:
        left[DIGESTS_ONLY] += 1
    elif still is not None:
        yield "pdq", *still, None
        for name, digits in each.pictures.items():
            yield name, digits, None, None


def _threatexchange(exhibits: Iterable[Listed], left: Left) -> Iterator[bytes]:
    yield b'{"data": [\n'
    before = b""
    for each in exhibits:
        for record in _records(each, left):
            yield before + json.dumps(record).encode()
            before = b",\n"
    yield b"\n]}\n"


def _records(each: Listed, left: Left) -> Iterator[dict[str, str]]:
    frames = []
    for kind, digits, quality, seconds in _all(each, left):
        if kind == "vpdq":
            frames.append(f"{digits},{quality},{seconds:.3f}")
        elif kind in _THREAT_TYPES:
            yield {"indicator": digits, "type": _THREAT_TYPES[kind], "description": each.text}
    if frames:
        packed = json.dumps(frames)
        yield {"indicator": packed, "type": _THREAT_TYPES["vpdq"], "description": each.text}


def _csv_line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(map(_inert, cells))
    return line.getvalue().encode()


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


FORMATS: Mapping[str, _Writer] = {
    "sha256": _sha256,
    "pdq": _pdq,
    "vpdq": _vpdq,
    "csv": _csv,
    "threatexchange": _threatexchange,
}
"""By the name that `hashes export --format` takes."""
