"""Descriptors, one a file: they see pictures, never files."""

from __future__ import annotations

from mediaev.examine.fingerprint.pdq import Pdq
from mediaev.examine.fingerprint.perceptual import DHASH, PHASH
from mediaev.ports import Descriptor

MATCHING = Pdq()
"""The descriptor that comparing and clustering rest on."""

BUILT_IN: tuple[Descriptor, ...] = (MATCHING, PHASH, DHASH)

__all__ = ["BUILT_IN", "DHASH", "MATCHING", "PHASH"]
