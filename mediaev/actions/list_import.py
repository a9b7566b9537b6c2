"""Importing a hash list: every line is accounted for, and all of it is recorded or nothing."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field

from mediaev.actions.progress import Listener, Progress, silent
from mediaev.compare.track import CLEAR
from mediaev.errors import EvidenceError, UnfitListError
from mediaev.intake.opened import OpenedFile, digest, open_once
from mediaev.lists import LIST_BYTES, Reading, read
from mediaev.model.exhibit import shown
from mediaev.model.hash_list import Entry, EntryKind, HashList, LeftOut, Unfit
from mediaev.store import CaseStore, ListWriter, now
from mediaev.store.columns import storable

MOST_SAMPLES = 5_000_000
"""Hashes of all lists of a case, each frame of a video counted: a search holds them in memory."""
UNFIT_NAMED = 1000
"""Unfit lines that are named one by one; beyond them they are counted."""
_REASONS = 20
_OTHER = "for other reasons"
_UNCLEAR = f"too unclear to be matched as a picture (quality below {CLEAR})"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file that was given as a hash list."""

    path: bytes
    list: HashList | None = None
    """None where it was not taken in."""
    known: bool = False
    """Whether the case had the same list of the same owner already."""
    unfit: tuple[Unfit, ...] = ()
    """The first lines that could not be read; the list says how many there are."""
    error: EvidenceError | None = None

    @property
    def whole(self) -> bool:
        """Whether every line was understood."""
        return self.error is None and not self.unfit


@dataclass(slots=True)
class _Tally:
    """What was met besides entries."""

    left_out: Counter[str] = field(default_factory=Counter)
    unfit: int = 0
    first: list[Unfit] = field(default_factory=list)
    samples: int = 0
    unclear: int = 0

    def count(self, entry: Entry) -> None:
        self.samples += len(entry.bits) // entry.kind.width
        if EntryKind.PDQ in entry.kind.pictures:
            self.unclear += sum(quality < CLEAR for quality in entry.quality)

    def reasons(self) -> dict[str, int]:
        """What is not used, by reason."""
        unclear = {_UNCLEAR: self.unclear} if self.unclear else {}
        return {**dict(sorted(self.left_out.items())), **unclear}

    def leave_out(self, item: LeftOut) -> None:
        known = item.reason in self.left_out or len(self.left_out) < _REASONS
        self.left_out[item.reason if known else _OTHER] += 1

    def pass_over(self, item: Unfit) -> None:
        self.unfit += 1 + item.more
        if len(self.first) < UNFIT_NAMED:
            self.first.append(item)


def import_list(
    store: CaseStore, path: bytes, *, name: str = "", owner: str = "", listen: Listener = silent
) -> Imported:
    """Take a file's entries into the case as claims of its owner.

    `name` is what the list is called, by default the file's own name. A file that cannot be
    read as a list is told of in the result, and nothing of it is recorded.
    """
    own = path.rpartition(b"/")[2].decode("utf-8", "backslashreplace")
    try:
        with open_once(path) as opened:
            return _import(store, opened, storable(name or own), storable(owner), listen)
    except EvidenceError as error:
        return Imported(path, error=error)


def _import(
    store: CaseStore, opened: OpenedFile, name: str, owner: str, listen: Listener
) -> Imported:
    size = opened.identity.size
    if size > LIST_BYTES:
        raise UnfitListError(
            f"it has {size:,} bytes; lists of up to {LIST_BYTES:,} are read",
            advice="Split the list into several files.",
        )
    [made_of] = digest(opened)
    for each in store.hash_lists():
        if (each.digest, each.name, each.owner) == (made_of, name, owner):
            return Imported(opened.path, each, known=True)
    held = store.listed_samples()
    with os.fdopen(os.dup(opened.fd), "rb") as file:
        file.seek(0)
        reading = read(file, size)
        with store.new_list() as writer:
            tally = _take(reading, writer, held, listen, shown(opened.path))
            opened.check_unchanged()
            about = (name, owner, made_of, size, reading.format, now())
            made = writer.finish(HashList(0, *about, left_out=tally.reasons(), unfit=tally.unfit))
    return Imported(opened.path, made, unfit=tuple(tally.first))


def _take(reading: Reading, writer: ListWriter, held: int, listen: Listener, note: str) -> _Tally:
    """Hand all entries to the writer. Raises UnfitListError if it is no list after all."""
    tally = _Tally(samples=held)
    for number, item in enumerate(reading.items):
        if isinstance(item, Entry):
            writer.add(item)
            tally.count(item)
        elif isinstance(item, LeftOut):
            tally.leave_out(item)
        else:
            tally.pass_over(item)
        if tally.samples > MOST_SAMPLES:
            raise UnfitListError(
                f"with it the case would hold more than {MOST_SAMPLES:,} hashes of lists",
                advice="Split the list, and import each part into a case of its own.",
            )
        if number % 10_000 == 0:
            listen(Progress("list", number, 0, note))
    understood = writer.counts.total() + tally.left_out.total()
    if not writer.counts or tally.unfit > understood:
        raise UnfitListError(_why_not(reading, writer, tally))
    return tally


def _why_not(reading: Reading, writer: ListWriter, tally: _Tally) -> str:
    told = [f"line {each.line}: {each.says}" for each in tally.first[:3]]
    told += [f"{reason} ×{count}" for reason, count in tally.left_out.most_common(3)]
    why = f" ({'; '.join(told)})" if told else ""
    if not writer.counts:
        return f"read as {reading.format}, it has no entry that can be looked for{why}"
    return (
        f"read as {reading.format}, {tally.unfit:,} of its lines cannot be understood, more than "
        f"the {writer.counts.total():,} that can{why}"
    )
