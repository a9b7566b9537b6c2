"""Running all readers over a file, each failing alone, and marking what to prefer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mediaev.examine.media.source import ByteSource
from mediaev.model.claim import Claim, ReaderRun, ReaderStatus
from mediaev.model.examination import MediaFacts
from mediaev.ports import Reader

_LONGEST_MESSAGE = 300
_LONGEST_TEXT = 20_000
"""Characters of one text or list; a hostile file may hold gigabytes."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the readers found."""

    claims: tuple[Claim, ...] = ()
    flags: tuple[str, ...] = ()
    runs: tuple[ReaderRun, ...] = ()


def read_all(source: ByteSource, facts: MediaFacts, readers: Sequence[Reader]) -> Read:
    """Let every reader that accepts such a file read it.

    Readers stand in the order in which their claims are preferred. What one raises is
    recorded as its outcome, running out of memory included.
    """
    claims: list[Claim] = []
    runs: list[ReaderRun] = []
    for reader in readers:
        if not reader.accepts(facts):
            runs.append(ReaderRun(reader.name, ReaderStatus.UNSUPPORTED))
            continue
        try:
            with source.buffered() as file:
                found = reader.read(file, facts)
        except Exception as error:  # noqa: BLE001  (readers may raise anything)
            message = f"{type(error).__name__}: {error}"[:_LONGEST_MESSAGE]
            runs.append(ReaderRun(reader.name, ReaderStatus.ERROR, message))
            continue
        claims += (_bounded(claim) for claim in found)
        runs.append(ReaderRun(reader.name, ReaderStatus.OK))
    flags = {flag for claim in claims for flag in claim.flags}
    return Read(tuple(_with_preferred(claims)), tuple(sorted(flags)), tuple(runs))


def _with_preferred(claims: Iterable[Claim]) -> list[Claim]:
    """Mark the first usable claim of each field as the preferred one."""
    seen: set[str] = set()
    marked = []
    for claim in claims:
        usable = not claim.rejected and claim.value not in (None, "", [])
        marked.append(replace(claim, preferred=usable and claim.field not in seen))
        if usable:
            seen.add(claim.field)
    return marked


def _bounded(claim: Claim) -> Claim:
    value = claim.value
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return replace(claim, value=value[:_LONGEST_TEXT], flags=(*claim.flags, "value_cut"))
    if isinstance(value, list) and sum(map(len, value)) > _LONGEST_TEXT:
        return replace(claim, value=None, rejected=True, flags=(*claim.flags, "value_cut"))
    return claim
