"""The one expensive step: from an open file to all that its bytes brought to light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mediaev.errors import DamagedMediaError, NotMediaError
from mediaev.examine import metadata
from mediaev.examine.fingerprint import BUILT_IN
from mediaev.examine.learned import UnfitModelError
from mediaev.examine.libraries import versions
from mediaev.examine.media import sniff
from mediaev.examine.media.source import ByteSource
from mediaev.examine.pictures import examine_picture
from mediaev.examine.recordings import examine_recording
from mediaev.model.examination import (
    Examination,
    ExaminationStatus,
    ExamineSettings,
    MediaFacts,
)
from mediaev.model.exhibit import Kind
from mediaev.ports import Descriptor, Reader

_DEFAULTS = ExamineSettings()


def examine(
    fd: int,
    settings: ExamineSettings = _DEFAULTS,
    descriptors: Sequence[Descriptor] = BUILT_IN,
    readers: Sequence[Reader] = metadata.BUILT_IN,
) -> Examination:
    """Examine the bytes behind an open file descriptor, read by offset alone.

    Depends on nothing but the bytes, the settings and the descriptors; picklable, so that
    any executor can run it. Content of any kind gets an Examination, with the reason where
    it is not ok; only MemoryError is raised, and UnfitModelError where a learned descriptor's
    weights file vanished or changed.
    """
    source = ByteSource(fd)
    try:
        found = _media(source, settings, descriptors)
    except NotMediaError as error:
        found = Examination(Kind.OTHER, ExaminationStatus.NOT_MEDIA, error.message)
    except DamagedMediaError as error:
        found = _failed(source, error.message)
    except (MemoryError, UnfitModelError):
        raise
    except Exception as error:  # noqa: BLE001  (decoders that meet hostile bytes raise anything)
        found = _failed(source, f"It cannot be decoded ({type(error).__name__}: {error}).")
    read = metadata.read_all(source, found.facts, readers)
    return replace(
        found,
        claims=read.claims,
        flags=tuple(sorted({*found.flags, *read.flags})),
        readers=read.runs,
        settings=settings.id,
        libraries=versions(),
    )


def _failed(source: ByteSource, reason: str) -> Examination:
    head = source.head(sniff.HEAD)
    facts = MediaFacts(sniff.format_name(head))
    return Examination(sniff.kind(head), ExaminationStatus.FAILED, reason, facts)


def _media(
    source: ByteSource, settings: ExamineSettings, descriptors: Sequence[Descriptor]
) -> Examination:
    if source.size == 0:
        raise NotMediaError("The file is empty.")
    head = source.head(sniff.HEAD)
    if kind := sniff.script(head):
        raise NotMediaError(f"It is {kind}, a text that names other files, not a recording.")
    if sniff.still_format(head):
        return examine_picture(source, settings, descriptors)
    return examine_recording(source, settings, descriptors)
