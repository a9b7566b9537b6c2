"""Perceptual hashes of whole pictures: pHash, dHash, PDQ; no variants, distance alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from evaluation.clock import cpu_seconds
from evaluation.scoring import Method
from evaluation.shot import Picture
from evaluation.truth import Trial
from evaluation.workshop import Workshop
from mediaev.examine.fingerprint.pdq import Pdq

Bits = NDArray[np.bool_]
Hash = Callable[[Image.Image], Bits]


class PictureHash:
    """One hash of a still; the score is the number of bits that agree."""

    parts = frozenset({"stills"})

    def __init__(self, name: str, describe: Hash) -> None:
        self.name = name
        self._describe = describe

    def ask(self, trial: Trial, shop: Workshop) -> Method:
        """All pairs, each with its distance."""
        del shop
        start = cpu_seconds()
        exhibits = self._bits([exhibit.path for exhibit in trial.library])
        queries = self._bits([query.path for query in trial.queries])
        scores = {}
        for query, bits in zip(trial.queries, queries, strict=True):
            alike = (exhibits == bits).sum(axis=1)
            for exhibit, score in zip(trial.library, alike, strict=True):
                scores[query.name, exhibit.digest] = float(score)
        return Method(self.name, scores, seconds=cpu_seconds() - start)

    def _bits(self, paths: Sequence[Path]) -> Bits:
        return np.stack([self._describe(upright(path)) for path in paths])


def upright(path: Path) -> Image.Image:
    """A picture as it is meant to be seen."""
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def pdq(pictures: Sequence[Picture]) -> tuple[Bits, NDArray[np.uint8]]:
    """The 256 bits of PDQ and its quality for each picture."""
    luma = [np.asarray(cv2.cvtColor(each, cv2.COLOR_RGB2GRAY), np.uint8) for each in pictures]
    packed, quality = Pdq().describe(luma)
    rows = np.frombuffer(packed, np.uint8).reshape(len(luma), -1)
    return np.unpackbits(rows, axis=1).astype(np.bool_), np.frombuffer(quality, np.uint8)


def phash(image: Image.Image) -> Bits:
    """The pHash of the imagehash library, 64 bits."""
    return np.asarray(imagehash.phash(image).hash.ravel(), np.bool_)


def dhash(image: Image.Image) -> Bits:
    """The dHash of the imagehash library, 64 bits."""
    return np.asarray(imagehash.dhash(image).hash.ravel(), np.bool_)


def pdq_of_still(image: Image.Image) -> Bits:
    """PDQ of the whole picture."""
    return np.asarray(pdq([np.array(image)])[0][0], np.bool_)
