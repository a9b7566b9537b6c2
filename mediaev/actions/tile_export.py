"""Writing the log out as a static folder of tiles, for programs that check transparency logs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mediaev.custody.checkpoint import parse
from mediaev.custody.form import NoteError, in_base64
from mediaev.custody.tiles import CHECKPOINT, TileWriter
from mediaev.custody.tree import Frontier, leaf_hash
from mediaev.custody.tree_head import Checkpoint
from mediaev.errors import TamperedCaseError, UsageError
from mediaev.model.exhibit import shown
from mediaev.store import CaseStore


@dataclass(frozen=True, slots=True)
class TileFolder:
    """A folder of tiles that was written."""

    path: Path
    head: Checkpoint
    """The signed head that it ends with."""
    files: int

    @property
    def root(self) -> str:
        """The head's root in base64."""
        return in_base64(self.head.root)


def write_tiles(store: CaseStore, target: Path) -> TileFolder:
    """Write the log, up to its newest signed head, as the files of C2SP tlog-tiles.

    The folder must not exist, or be empty. Its checkpoint is written last, after the events
    have been found to have its root; they hold no opening of a private value. Raises UsageError
    where nothing is signed or written, TamperedCaseError where the log is not what was signed.
    """
    signed = store.checkpoints()
    if not signed:
        raise UsageError("No head of the log is signed yet, so there is nothing to write.")
    note = signed[-1].note
    try:
        head = parse(note)
    except NoteError as error:
        raise TamperedCaseError(f"The newest checkpoint of the case: {error}.") from error
    name = shown(os.fsencode(target))
    try:
        target.mkdir(exist_ok=True)
        if any(target.iterdir()):
            raise UsageError(f"{name} is not empty; nothing is overwritten")
        files = _written(store, target, head)
        _write(target / CHECKPOINT, note)
    except NoteError as error:
        raise TamperedCaseError(f"The log cannot be written out: {error}.") from error
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"{name} cannot be written: {said}", advice="Name a new folder, or another disk."
        ) from error
    return TileFolder(target, head, files + 1)


def _written(store: CaseStore, target: Path, head: Checkpoint) -> int:
    """Write all tiles and bundles; how many files that were."""
    writer, frontier, files = TileWriter(), Frontier(), 0
    for row in store.events(limit=head.size):
        body = row.body if isinstance(row.body, bytes) else b""
        frontier.append(leaf_hash(body))
        for path, content in writer.add(body):
            _write(target / path, content)
            files += 1
    for path, content in writer.rest():
        _write(target / path, content)
        files += 1
    if (writer.size, frontier.root()) != (head.size, head.root):
        raise TamperedCaseError(
            f"The log does not have the {head.size} events that were signed; "
            f"{shown(os.fsencode(target))} is left without a checkpoint.",
            advice="`mediaev verify` says more.",
        )
    return files


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
