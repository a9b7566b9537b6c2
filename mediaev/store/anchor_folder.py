"""Where answers of time-stamping authorities lie: `log/anchors/<size>/<name>.tsq` and `.tsr`.

Raw requests and responses, as they went out and came in. Nothing is ever replaced: a second
answer to one request gets a name of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from mediaev.custody.timestamp import MAX_BYTES
from mediaev.custody.verify import FoundAnchor
from mediaev.errors import TamperedCaseError, UsageError
from mediaev.store.files import make_folders, read_small, refuse_link, write_whole
from mediaev.store.guard import file_errors

NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
"""How an authority may be called: its name becomes that of files."""
MOST = 100_000
"""Files in `log/anchors`, at most."""
_SIZE = re.compile(r"[1-9][0-9]{0,17}")
_FILE = re.compile(r"([a-z0-9][a-z0-9.-]{0,63}(?:~[2-9])?)\.(tsq|tsr)")
_BESIDE = re.compile(r"\..*\.new")
"""What a writer that was killed leaves behind."""
_ANSWERS = 9


class AnchorFolder:
    """The requests and responses beside one case's log."""

    def __init__(self, root: Path, place: str = "log/anchors") -> None:
        """`root` is the case's folder; in what leaves it, `place` may be another one."""
        self._case = root
        self._root = root / place

    def found(self) -> Iterator[FoundAnchor]:
        """Every response with its request, the smallest checkpoint first.

        Raises TamperedCaseError for links and files that are too large, UsageError.
        """
        for size, name, kind in self._listed():
            if kind == "tsr":
                response = self.response(size, name)
                if response is not None:
                    yield FoundAnchor(size, name, response, self.request(size, name))

    def waiting(self) -> list[tuple[int, str]]:
        """Size and name of every request without a response. Raises as `found`."""
        files = set(self._listed())
        return sorted(
            (size, name)
            for size, name, kind in files
            if kind == "tsq" and (size, name, "tsr") not in files
        )

    def requests(self) -> list[tuple[int, str]]:
        """Size and name of every request. Raises as `found`."""
        return [(size, name) for size, name, kind in self._listed() if kind == "tsq"]

    def strays(self) -> list[str]:
        """Files that are named as none is named here, so that nothing reads them."""
        return [
            str(path.relative_to(self._case))
            for _, path in self._files()
            if not _FILE.fullmatch(path.name) and not _BESIDE.fullmatch(path.name)
        ]

    def request(self, size: int, name: str) -> bytes | None:
        """What was asked, if it was kept. A second answer has the request of the first."""
        return self._read(size, f"{name.partition('~')[0]}.tsq")

    def response(self, size: int, name: str) -> bytes | None:
        """What was answered, if it was."""
        return self._read(size, f"{name}.tsr")

    def path(self, size: int, file: str) -> Path:
        """Where a file lies."""
        return self._root / str(size) / file

    def keep_request(self, size: int, name: str, request: bytes) -> None:
        """Write a request, unless it is there. Raises UsageError if there is another one."""
        if self.request(size, name) != request:
            self._write(size, f"{name}.tsq", request)

    def keep_response(self, size: int, authority: str, response: bytes) -> str:
        """Write a response under a name that is free, and return that name.

        Raises UsageError if there are too many.
        """
        for name in [authority, *(f"{authority}~{number}" for number in range(2, _ANSWERS + 1))]:
            if self._read(size, f"{name}.tsr") is None:
                self._write(size, f"{name}.tsr", response)
                return name
        raise UsageError(f"There are {_ANSWERS} answers of {authority} over {size} events already.")

    def _write(self, size: int, file: str, content: bytes) -> None:
        if not _FILE.fullmatch(file):
            raise UsageError(f"{file[:80]!a} cannot name a file of an authority.")
        path = self.path(size, file)
        with file_errors(path):
            make_folders(self._case, path.parent)
            if path.exists():
                raise UsageError(f"{path} is there already; it is never replaced.")
            write_whole(path, content)

    def _read(self, size: int, file: str) -> bytes | None:
        if not _FILE.fullmatch(file):
            return None
        path = self.path(size, file)
        with file_errors(path):
            return read_small(path, MAX_BYTES)

    def _listed(self) -> list[tuple[int, str, str]]:
        """Size, name and ending of every request and response."""
        named = ((size, _FILE.fullmatch(path.name)) for size, path in self._files())
        return sorted((size, found[1], found[2]) for size, found in named if found)

    def _files(self) -> Iterator[tuple[int, Path]]:
        number = 0
        with file_errors(self._root):
            refuse_link(self._root, folder=True)
            folders = list(self._root.iterdir()) if self._root.is_dir() else []
        for folder in folders:
            if not _SIZE.fullmatch(folder.name):
                continue
            with file_errors(folder):
                refuse_link(folder, folder=True)
                for path in folder.iterdir():
                    number += 1
                    if number > MOST:
                        raise TamperedCaseError(f"{self._root} holds more than {MOST:,} files.")
                    yield int(folder.name), path
