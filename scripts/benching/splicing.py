"""Splicing: one examination of a long recording from those of many short ones."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from benching.variation import Chance, Variation, other_bits, other_codes, other_sound
from mediaev.compare.film import BLOCK, CODEC, GROUP
from mediaev.compare.sound_profile import SOUND, TIME_BASE
from mediaev.examine.fingerprint import MATCHING
from mediaev.examine.fingerprint.sift import SiftFeatures
from mediaev.model.examination import Examination, ExaminationStatus, ExamineSettings, MediaFacts
from mediaev.model.exhibit import Kind
from mediaev.model.features import LocalFeatures
from mediaev.model.film import Film
from mediaev.model.fingerprint import WHOLE, Box, Fingerprint, Region

MILLISECOND = Fraction(1, 1000)
_HEAD = 5
"""Bytes before each packed group of a film."""
_FLASH = 1.0
"""Seconds between two parts: a flash of eight frames, after which a film begins anew."""
_LOUDEST = 127


@dataclass(frozen=True, slots=True)
class Part:
    """A whole recording that is spliced in, as it is or as another."""

    examination: Examination
    change: Variation | None
    """None: as it is, so that it can be found."""

    @property
    def seconds(self) -> float:
        """How long it takes with the flash behind it."""
        return float(self.examination.facts.duration or 0) + _FLASH


@dataclass(slots=True)
class _Samples:
    """Packed samples of one region."""

    ticks: list[NDArray[np.int64]] = field(default_factory=list)
    bits: list[bytes] = field(default_factory=list)
    quality: list[bytes] = field(default_factory=list)


def spliced(chance: Chance, parts: Sequence[Part], pool: NDArray[np.uint8]) -> Examination:
    """The examination of all parts one after the other; `pool` holds numbers of codes.

    Parts must have films of one size.
    """
    starts = np.cumsum([0.0, *(part.seconds for part in parts)])
    placed = list(zip(parts, starts.tolist(), strict=False))
    first = parts[0].examination
    facts = MediaFacts(
        first.facts.format,
        Fraction(round(float(starts[-1]) * 1000), 1000),
        first.facts.width,
        first.facts.height,
        first.facts.rotation,
    )
    return Examination(
        Kind.VIDEO,
        ExaminationStatus.OK,
        facts=facts,
        fingerprints=(*_pictures(chance, placed), *_sound(placed)),
        features=_features(chance, placed, pool),
        film=_film(placed),
        settings=ExamineSettings().id,
    )


Placed = Iterable[tuple[Part, float]]


def _pictures(chance: Chance, placed: Placed) -> Iterator[Fingerprint]:
    regions: dict[Region, _Samples] = {}
    boxes: dict[Region, Box] = {}
    for part, start in placed:
        for each in part.examination.fingerprints:
            if each.descriptor != MATCHING.id:
                continue
            samples = regions.setdefault(each.region, _Samples())
            change = part.change
            bits = other_bits(chance, each.bits, change) if change else each.bits
            samples.ticks.append(_ticks(each.ticks, each.time_base, start))
            samples.bits.append(bits)
            samples.quality.append(each.quality)
            boxes.setdefault(each.region, each.box)
    for region, samples in regions.items():
        box = boxes[region] if region is Region.INNER else WHOLE
        yield _fingerprint(MATCHING.id, region, MILLISECOND, samples, box)


def _sound(placed: Placed) -> Iterator[Fingerprint]:
    samples = _Samples()
    for part, start in placed:
        for each in part.examination.fingerprints:
            if each.descriptor == SOUND and each.count:
                change = part.change
                bits = other_sound(each.bits, change) if change else each.bits
                samples.ticks.append(_ticks(each.ticks, each.time_base, start, TIME_BASE))
                samples.bits.append(bits)
                samples.quality.append(each.quality)
    if samples.ticks:
        yield _fingerprint(SOUND, Region.SOUND, TIME_BASE, samples)


def _features(chance: Chance, placed: Placed, pool: NDArray[np.uint8]) -> LocalFeatures | None:
    found = [
        (part.change, start, part.examination.features)
        for part, start in placed
        if part.examination.features is not None
    ]
    if not found:
        return None
    first = found[0][2]
    codes = [
        each.codes if change is None else other_codes(chance, pool, each.count)
        for change, _, each in found
    ]
    return LocalFeatures(
        SiftFeatures.id,
        MILLISECOND,
        first.width,
        first.height,
        b"".join(_ticks(each.ticks, each.time_base, start).tobytes() for _, start, each in found),
        b"".join(each.counts for _, _, each in found),
        b"".join(each.places for _, _, each in found),
        b"".join(codes),
    )


def _film(placed: Placed) -> Film | None:
    ticks, packed = [], []
    sides = aspect = None
    for part, start in placed:
        film = part.examination.film
        if film is None:
            continue
        sides, aspect = (film.width, film.height), film.aspect
        whole = film.count // GROUP * GROUP
        shown = _ticks(film.ticks, film.time_base, start)[:whole]
        end = round((start + part.seconds - _FLASH) * 1000)
        ticks += [shown, end + 10 + np.arange(GROUP, dtype=np.int64) * 100]
        packed += [_groups(film.packed, whole // GROUP), _flash(*sides)]
    if sides is None or aspect is None:
        return None
    joined = np.concatenate(ticks).astype("<i8").tobytes()
    return Film(CODEC, MILLISECOND, joined, *sides, aspect, b"".join(packed))


def _groups(packed: bytes, count: int) -> bytes:
    """The first groups of a packed film."""
    place = 0
    for _ in range(count):
        place += _HEAD + int.from_bytes(packed[place + 1 : place + _HEAD], "little")
    return packed[:place]


def _flash(width: int, height: int) -> bytes:
    """A group that ends on middle grey, whatever was before: white, then 127 levels down."""
    levels = np.zeros((BLOCK, BLOCK, GROUP, height // BLOCK, width // BLOCK), np.int8)
    levels[0, 0, :3], levels[0, 0, 3] = _LOUDEST, -_LOUDEST
    body = zlib.compress(levels.tobytes())
    return bytes([BLOCK]) + len(body).to_bytes(4, "little") + body


def _ticks(
    ticks: bytes, base: Fraction, start: float, becomes: Fraction = MILLISECOND
) -> NDArray[np.int64]:
    seconds = np.frombuffer(ticks, "<i8") * float(base) + start
    return np.rint(seconds / float(becomes)).astype(np.int64)


def _fingerprint(
    descriptor: str, region: Region, base: Fraction, samples: _Samples, box: Box = WHOLE
) -> Fingerprint:
    ticks = np.concatenate(samples.ticks).astype("<i8").tobytes()
    bits, quality = b"".join(samples.bits), b"".join(samples.quality)
    return Fingerprint(descriptor, region, base, ticks, bits, quality, box)
