"""Writing a bag (RFC 8493): payload and tag files, and the manifests over them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mediaev.errors import ChangedFileError
from mediaev.export import bag_paths
from mediaev.export.bag_sinks import BagSink
from mediaev.model.digest import Digest
from mediaev.model.exhibit import shown

ALGORITHMS = ("sha256", "sha512")
"""Of every manifest."""
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, slots=True)
class Written:
    """One file of the bag."""

    size: int
    digests: tuple[str, ...]
    """Hexadecimal, in the order of `ALGORITHMS`."""


class BagWriter:
    """Writes one bag: all of `payload`, then all of `tag`, then `seal`."""

    def __init__(self, sink: BagSink) -> None:
        self._sink = sink
        self._payload: dict[str, Written] = {}
        self._tag: dict[str, Written] = {}

    def payload(self, path: str, pieces: Iterable[bytes], expected: Digest) -> Written:
        """Write an exhibit's bytes; `path` begins with `data/`.

        Raises ChangedFileError, and leaves nothing of it, if they are not those of `expected`.
        Whatever `pieces` raises goes through, and leaves nothing either.
        """
        self._payload[path] = made = self._write(path, pieces, expected)
        return made

    def tag(self, path: str, pieces: Iterable[bytes]) -> Written:
        """Write a file that tells of the bag."""
        self._tag[path] = made = self._write(path, pieces, None)
        return made

    @property
    def oxum(self) -> str:
        """Bytes and number of the payload's files, as `Payload-Oxum` has them."""
        sizes = [each.size for each in self._payload.values()]
        return f"{sum(sizes)}.{len(sizes)}"

    def payload_digest(self) -> Digest:
        """SHA-256 of manifest-sha256.txt: it stands for the whole payload."""
        whole = hashlib.sha256()
        for line in _lines(self._payload, 0):
            whole.update(line)
        return Digest("sha256", whole.digest())

    def seal(self, info: Sequence[tuple[str, str]]) -> Digest:
        """Write what makes it a bag; returns SHA-256 of tagmanifest-sha256.txt, which is last.

        `info` are labels and values of bag-info.txt; `Payload-Oxum` is added.
        """
        self.tag("bagit.txt", [DECLARATION])
        told = [*info, ("Payload-Oxum", self.oxum)]
        lines = (f"{label}: {shown(value)}\n" for label, value in told if value)
        self.tag("bag-info.txt", ["".join(lines).encode()])
        for place, name in enumerate(ALGORITHMS):
            self.tag(f"manifest-{name}.txt", _lines(self._payload, place))
        tags = dict(self._tag)
        last = [
            self._write(f"tagmanifest-{name}.txt", _lines(tags, place), None)
            for place, name in enumerate(ALGORITHMS)
        ]
        return Digest("sha256", bytes.fromhex(last[0].digests[0]))

    def _write(self, path: str, pieces: Iterable[bytes], expected: Digest | None) -> Written:
        hashes = [hashlib.new(name) for name in ALGORITHMS]
        size = 0
        with self._sink.file(path) as write:
            for piece in pieces:
                size += len(piece)
                for each in hashes:
                    each.update(piece)
                write(piece)
            digests = tuple(each.hexdigest() for each in hashes)
            if expected is not None and digests[0] != expected.hex:
                raise ChangedFileError(
                    f"the bytes read have the digest sha256:{digests[0]}, not {expected}"
                )
        return Written(size, digests)


def _lines(files: dict[str, Written], place: int) -> Iterator[bytes]:
    """A manifest: two spaces as sha256sum has them, sorted by path."""
    for path in sorted(files):
        yield f"{files[path].digests[place]}  {bag_paths.written(path)}\n".encode()
