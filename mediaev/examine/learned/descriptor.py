"""The learned descriptor: any network that a user names, behind the port of all descriptors."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.embeddings import coded
from mediaev.examine.fingerprint.pdq import differs_from_shade
from mediaev.examine.learned.network import Network, looked_at
from mediaev.examine.learned.onnx import UnfitModelError
from mediaev.model.learned import LearnedModel

MOST_BYTES = 512 << 20
"""Of a weights file."""
GATE = 20
"""Quality of a picture whose grey differs by 0.8 levels (root mean square) from a plain shade: the
bands of a coded gradient make 13."""
_ROOM = 4.0
"""Twice for the two pictures of a frame, and twice for a machine at work."""
_CHUNK = 1 << 20


class LearnedDescriptor:
    """Codes of the numbers that one network gives, a byte each.

    Loads the network when it first describes, in the process that describes.
    """

    gate = GATE
    stills_only = False

    def __init__(
        self, path: bytes, model: LearnedModel, *, per_second: int = 1, mirrored: bool = False
    ) -> None:
        """`path`: the weights file, absolute; `mirrored`: describe pictures mirrored."""
        self.id = model.mirrored_id if mirrored else model.id
        self.bits = 8 * model.numbers
        self.per_second = per_second
        self.seconds_per_second = _ROOM * per_second * model.seconds
        """CPU seconds that a second of footage may take, whole and inner picture."""
        self._path, self._model, self._mirrored = path, model, mirrored

    def describe(self, pictures: Sequence[NDArray[np.uint8]]) -> tuple[bytes, bytes]:
        """Codes and quality of upright luma pictures; quality is 25 a grey level beyond a shade.

        Pictures go through the network one by one, so that none depends on its neighbours.
        Raises UnfitModelError if the weights file is not there any more, or another.
        """
        if not len(pictures):
            return b"", b""
        network = _network(self._path, self._model.sha256)
        numbers = np.stack(
            [network.numbers(each[:, ::-1] if self._mirrored else each) for each in pictures]
        )
        telling = 25.0 * differs_from_shade(pictures)
        telling[~np.isfinite(numbers).all(axis=1)] = 0.0
        quality = np.clip(np.round(telling), 0, 100).astype(np.uint8)
        return coded(numbers).tobytes(), quality.tobytes()


def probe(fd: int) -> LearnedModel:
    """Look at an open weights file and try it. Raises UnfitModelError; a task for an executor."""
    weights = _read(fd)
    return looked_at(weights, hashlib.sha256(weights).hexdigest())


@lru_cache(maxsize=1)
def _network(path: bytes, sha256: str) -> Network:
    """The network of a weights file, loaded once a process."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            weights = _read(fd)
        finally:
            os.close(fd)
    except OSError as error:
        raise UnfitModelError(f"It cannot be read any more ({error.strerror})") from error
    if hashlib.sha256(weights).hexdigest() != sha256:
        raise UnfitModelError("It was exchanged while it was in use")
    return Network(weights)


def _read(fd: int) -> bytes:
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode) or not 0 < status.st_size <= MOST_BYTES:
        raise UnfitModelError(f"It is no file of 1 to {MOST_BYTES} bytes")
    parts, at = [], 0
    while at < status.st_size and (part := os.pread(fd, _CHUNK, at)):
        parts.append(part)
        at += len(part)
    return b"".join(parts)
