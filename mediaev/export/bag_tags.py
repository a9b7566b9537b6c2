"""Tag files of a bag: its declaration, manifests, fetch list and further facts, line by line."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mediaev.model.exhibit import shown

MANIFEST = re.compile(r"(?P<tag>tag)?manifest-(?P<algorithm>[a-z0-9-]+)\.txt")
FETCH = "fetch.txt"
ALGORITHMS = {
    "md5": "md5",
    "sha1": "sha1",
    "sha224": "sha224",
    "sha256": "sha256",
    "sha384": "sha384",
    "sha512": "sha512",
    "sha3-256": "sha3_256",
    "sha3-512": "sha3_512",
}
"""By the name in a manifest's name (letters in lower case, RFC 8493 §2.4), hashlib's name."""
_VERSIONS = {"0.93", "0.94", "0.95", "0.96", "0.97", "1.0"}
_ENCODINGS = {"utf-8": "utf-8", "utf-16": "utf-16", "iso-8859-1": "latin-1", "us-ascii": "ascii"}
_DECLARED = re.compile(
    r"BagIt-Version: (?P<version>[0-9]+\.[0-9]+)(?:\r\n|\r|\n)"
    r"Tag-File-Character-Encoding: (?P<encoding>[A-Za-z0-9_.:-]+)(?:\r\n|\r|\n)?"
)
_LINE = re.compile(r"(?P<digest>[0-9A-Fa-f]+)[ \t]+(?P<star>\*?)(?P<path>.+)", re.DOTALL)
_FETCHED = re.compile(r"\S+[ \t]+(?:[0-9]+|-)[ \t]+(?P<path>.+)", re.DOTALL)
_LONGEST_LINE = 16_384


@dataclass(frozen=True, slots=True)
class Declaration:
    """What bagit.txt says."""

    version: str
    number: tuple[int, int]
    encoding: str
    """A codec of Python."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a manifest."""

    number: int
    digest: str
    """Hexadecimal, lower case."""
    path: str
    """As written, but without a leading `./`."""


class Notes:
    """Collects faults and warnings, and never more than can be kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[str, list[tuple[str, ...]]] = {"fault": [], "warning": []}
        self._more = {"fault": 0, "warning": 0}

    @property
    def count(self) -> int:
        """How many faults there are."""
        return len(self._kept["fault"]) + self._more["fault"]

    def fault(self, kind: str, path: str, says: str, expected: str = "", found: str = "") -> None:
        """Note something that does not fit."""
        self._add("fault", kind, path, says, expected, found)

    def warn(self, kind: str, path: str, says: str) -> None:
        """Note something that a person should know."""
        self._add("warning", kind, path, says, "", "")

    def _add(self, sort: str, kind: str, path: str, *rest: str) -> None:
        if len(self._kept[sort]) < self._most:
            self._kept[sort].append((kind, shown(path), *rest))
        else:
            self._more[sort] += 1

    def faults(self) -> list[tuple[str, ...]]:
        """The fields of all faults that were kept, and how many more there were."""
        return self._all("fault")

    def warnings(self) -> list[tuple[str, ...]]:
        """The same for warnings."""
        return self._all("warning")

    def _all(self, sort: str) -> list[tuple[str, ...]]:
        if not self._more[sort]:
            return self._kept[sort]
        says = f"{self._more[sort]:,} further ones are not listed."
        return [*self._kept[sort], ("more", "", says, "", "")]


def declaration(content: bytes | None, notes: Notes) -> Declaration:
    """Read bagit.txt; where it is not as it must be, that is a fault and 1.0 is assumed."""
    fallback = Declaration("", (1, 0), "utf-8")
    if content is None:
        return fallback
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    named = _DECLARED.fullmatch(text)
    if named is None:
        says = "bagit.txt is not the two lines BagIt-Version: M.N and Tag-File-Character-Encoding: "
        notes.fault("declaration", "bagit.txt", f"{says}NAME, written just so.")
        return fallback
    encoding = _ENCODINGS.get(named["encoding"].lower())
    if named["version"] not in _VERSIONS or encoding is None:
        what = f"version {named['version']}, {named['encoding']}"
        notes.fault("declaration", "bagit.txt", f"bagit.txt: {what[:80]} is not known here.")
        return fallback
    major, minor = map(int, named["version"].split("."))
    return Declaration(named["version"], (major, minor), encoding)


def listed(
    pieces: Iterable[bytes], manifest: str, algorithm: str, said: Declaration, notes: Notes
) -> Iterator[Listed]:
    """The lines of a manifest; one that is none is a fault."""
    digits = hashlib.new(ALGORITHMS[algorithm], usedforsecurity=False).digest_size * 2
    for number, line in _lines(pieces, manifest, said, notes):
        found = _LINE.fullmatch(line)
        if found is None or len(found["digest"]) != digits:
            says = f"{shown(manifest)}, line {number}: not a {algorithm} and a path."
            notes.fault("line", manifest, says)
            continue
        path = found["path"]
        if found["star"] or path.startswith("./"):
            says = f"{shown(manifest)}, line {number}: `*` and `./` do not belong there."
            notes.warn("line", manifest, says)
        yield Listed(number, found["digest"].lower(), path.removeprefix("./"))


def fetched(pieces: Iterable[bytes], said: Declaration, notes: Notes) -> Iterator[tuple[int, str]]:
    """Numbers and paths of the lines of fetch.txt."""
    for number, line in _lines(pieces, FETCH, said, notes):
        found = _FETCHED.fullmatch(line)
        if found is None:
            notes.fault("line", FETCH, f"{FETCH}, line {number}: not an address, length and path.")
        else:
            yield number, found["path"]


def tags(content: bytes, said: Declaration, notes: Notes) -> list[tuple[str, str]]:
    """Labels and values of bag-info.txt; a value may go on in indented lines."""
    found: list[tuple[str, str]] = []
    for number, line in _lines([content], "bag-info.txt", said, notes):
        if line[0] in " \t" and found:
            label, value = found[-1]
            found[-1] = label, f"{value} {line.strip()}"
            continue
        label, colon, value = line.partition(":")
        if not colon or not label.strip():
            says = f"bag-info.txt, line {number}: not a label and a value."
            notes.fault("line", "bag-info.txt", says)
        else:
            found.append((label.strip(), value.strip()))
    return found


def _lines(
    pieces: Iterable[bytes], name: str, said: Declaration, notes: Notes
) -> Iterator[tuple[int, str]]:
    """Numbered lines that are not blank, decoded bit by bit; endings are LF, CR or both."""
    decoder = codecs.getincrementaldecoder(said.encoding)()
    number, rest = 0, ""
    try:
        for text in _decoded(decoder, pieces):
            *whole, rest = re.split(r"\r\n|\n|\r(?!$)", rest + text)
            for line in whole:
                number += 1
                if line.strip():
                    yield number, line.lstrip("\ufeff") if number == 1 else line
            if len(rest) > _LONGEST_LINE:
                says = (
                    f"{shown(name)}, line {number + 1}: longer than {_LONGEST_LINE:,} characters."
                )
                notes.fault("line", name, says)
                return
    except UnicodeDecodeError:
        says = f"{shown(name)} is not in the character encoding that bagit.txt tells."
        notes.fault("encoding", name, says)
        return
    if rest.strip():
        yield number + 1, rest.rstrip("\r")


def _decoded(decoder: codecs.IncrementalDecoder, pieces: Iterable[bytes]) -> Iterator[str]:
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", True)  # noqa: FBT003 - the end
