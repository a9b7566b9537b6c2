"""Plug-ins: what is built in, and what other packages announce through entry points.

A package that is installed beside mediaev names a class without arguments under
`mediaev.descriptors`, `mediaev.readers` or `mediaev.exporters`; it takes part in every
examination, or in every bag, from then on. Exhibits that were examined before keep what they have.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import entry_points
from typing import TypeVar

from mediaev import export
from mediaev.examine import fingerprint, metadata
from mediaev.ports import Descriptor, Exporter, Reader

T = TypeVar("T")


def descriptors() -> tuple[Descriptor, ...]:
    """All descriptors, built-in ones first; a plug-in cannot take a built-in one's id."""
    return _joined(fingerprint.BUILT_IN, "mediaev.descriptors", "id")


def readers() -> tuple[Reader, ...]:
    """All readers, built-in ones first; a plug-in cannot take a built-in one's name."""
    return _joined(metadata.BUILT_IN, "mediaev.readers", "name")


def exporters() -> tuple[Exporter, ...]:
    """All exporters, built-in ones first; a plug-in cannot take a built-in one's kind."""
    return _joined(export.BUILT_IN, "mediaev.exporters", "kind")


def _joined(built_in: Iterable[T], group: str, key: str) -> tuple[T, ...]:
    found = {getattr(each, key): each for each in built_in}
    for entry in entry_points(group=group):
        plug_in: T = entry.load()()
        found.setdefault(getattr(plug_in, key), plug_in)
    return tuple(found.values())
