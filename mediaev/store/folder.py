"""The case's folder: what lies where, and the files beside the database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from mediaev.errors import NoCaseError, TamperedCaseError, UsageError
from mediaev.model.digest import Digest
from mediaev.store.files import make_folders, read_small, refuse_link, write_whole
from mediaev.store.guard import file_errors
from mediaev.store.notice import VERIFY_TXT

_NOTE_LIMIT = 1 << 20
_THUMBNAIL_LIMIT = 4 << 20
_CHECKPOINT_NAME = re.compile(r"(0|[1-9][0-9]{0,17})\.txt")
_DATABASE_FILES = ("case.db", "case.db-wal", "case.db-shm", "case.db-journal")
_MADE_FIRST = {*_DATABASE_FILES, "log", "cache", "VERIFY.txt"}
"""What may be there if the making of a case was cut short."""


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """One case's folder by its path."""

    root: Path

    @property
    def database(self) -> Path:
        """The database."""
        return self.root / "case.db"

    @property
    def _checkpoint(self) -> Path:
        """The newest signed head."""
        return self.root / "log" / "checkpoint"

    @property
    def _checkpoints(self) -> Path:
        """The folder of all signed heads."""
        return self.root / "log" / "checkpoints"

    def claim(self) -> None:
        """Make the folder for a new case. Raises UsageError if it holds anything else."""
        self.root.mkdir(parents=True, exist_ok=True)
        foreign = {path.name for path in self.root.iterdir()} - _MADE_FIRST
        if foreign and not self.database.exists():
            raise UsageError(
                f"{self.root} is not empty, and it is not a case: it holds {min(foreign)!a}.",
                advice="Name a folder that is empty or does not exist.",
            )

    def refuse_links(self) -> None:
        """Raise TamperedCaseError if links lead from where the case's files should be."""
        for name in _DATABASE_FILES:
            refuse_link(self.root / name, folder=False)
        for name in ("log", "log/anchors", "log/checkpoints", "cache", "objects"):
            refuse_link(self.root / name, folder=True)

    def check(self) -> None:
        """Raise NoCaseError if there is no case, TamperedCaseError if links stand for files."""
        try:
            self.database.lstat()
        except (FileNotFoundError, NotADirectoryError):
            self.refuse_lost_database()
            raise NoCaseError(f"There is no case in {self.root}.") from None
        self.refuse_links()

    def refuse_lost_database(self) -> None:
        """Raise TamperedCaseError if a signed head says that there was a database once.

        To call where there is none, or an empty one: a new case in its place would hide that.
        """
        if self._checkpoint.is_file():
            raise TamperedCaseError(
                f"{self.root} holds signed heads of a custody log in log/, but the database "
                "case.db is gone or empty.",
                advice="Look for case.db, or for a whole copy of the case. Nothing new is made "
                "in this folder as long as log/ lies there.",
            )

    def furnish(self, vkeys: list[str]) -> None:
        """Make the folders and files beside the database, where they are missing."""
        for name in ("log/checkpoints", "cache"):
            with file_errors(self.root / name):
                make_folders(self.root, self.root / name)
        self._write_if_other("log/vkey.txt", "".join(f"{vkey}\n" for vkey in vkeys).encode())
        self._write_if_other("VERIFY.txt", VERIFY_TXT.encode())

    def listed_keys(self) -> list[str] | None:
        """The lines of `log/vkey.txt`; None if there is no such file. Raises TamperedCaseError."""
        content = _note(self.root / "log" / "vkey.txt")
        return None if content is None else content.decode("ascii", "replace").splitlines()

    def _write_if_other(self, name: str, content: bytes) -> None:
        path = self.root / name
        with file_errors(path):
            if read_small(path, _NOTE_LIMIT) != content:
                write_whole(path, content)

    def publish(self, size: int, note: bytes) -> None:
        """Write a checkpoint's signed note into `log/`."""
        for path in (self._checkpoints / f"{size}.txt", self._checkpoint):
            with file_errors(path):
                write_whole(path, note)

    def newest_note(self) -> bytes | None:
        """The signed note in `log/checkpoint`. Raises TamperedCaseError."""
        return _note(self._checkpoint)

    def notes(self) -> list[tuple[int | None, bytes]]:
        """All signed notes in `log/`, those in `log/checkpoints` with the size in their name.

        Raises TamperedCaseError.
        """
        folder = self._checkpoints
        with file_errors(folder):
            names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        sizes = sorted(int(name[:-4]) for name in names if _CHECKPOINT_NAME.fullmatch(name))
        found = [(size, _note(folder / f"{size}.txt")) for size in sizes]
        every = [*found, (None, self.newest_note())]
        return [(size, note) for size, note in every if note is not None]

    def write_thumbnail(self, digest: Digest, jpeg: bytes) -> None:
        """Keep a thumbnail in the cache. It may vanish, so it is not forced to the disk."""
        path = self._thumbnail(digest)
        with file_errors(path):
            make_folders(self.root, path.parent)
            path.unlink(missing_ok=True)
            try:
                path.write_bytes(jpeg)
            except OSError:
                path.unlink(missing_ok=True)  # half a picture is worse than none
                raise

    def thumbnail(self, digest: Digest) -> bytes:
        """The thumbnail, or nothing if the cache does not have it. Raises TamperedCaseError."""
        path = self._thumbnail(digest)
        with file_errors(path):
            return read_small(path, _THUMBNAIL_LIMIT) or b""

    def cache(self, name: str) -> Path | None:
        """A folder of the cache, made if need be; None where there cannot be one."""
        path = self.root / "cache" / name
        try:
            make_folders(self.root, path)
        except (OSError, TamperedCaseError):
            return path if path.is_dir() and not path.is_symlink() else None
        return path

    def _thumbnail(self, digest: Digest) -> Path:
        return self.root / "cache" / "thumbnails" / digest.hex[:2] / f"{digest.hex}.jpg"


def _note(path: Path) -> bytes | None:
    with file_errors(path):
        return read_small(path, _NOTE_LIMIT)
