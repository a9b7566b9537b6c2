"""Reading a bag (RFC 8493, and its drafts back to 0.93): is it whole, and is it what it says?

Pure: files are seen through a `BagSource`. Nothing that comes in is trusted and nothing in it
can raise but an error of the source itself; what does not fit is a fault that names the file,
with the digest expected and the one found. Where the standard leaves a choice, the stricter
reading is taken: a bag that some program would read otherwise is not passed.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mediaev.errors import EvidenceError
from mediaev.export import bag_paths
from mediaev.export.bag_tags import (
    ALGORITHMS,
    FETCH,
    MANIFEST,
    Declaration,
    Notes,
    declaration,
    fetched,
    listed,
    tags,
)
from mediaev.model.exhibit import shown

DATA = "data/"
MOST_ENTRIES = 2_000_000
"""Files of one bag that are looked at."""
MOST_KEPT = 1000
"""Faults, and warnings, that are listed; the others are counted."""


@dataclass(frozen=True, slots=True)
class BagEntry:
    """One thing that lies in a bag."""

    path: str
    """Relative to the bag, with `/`; bytes that are not UTF-8 as surrogates."""
    size: int
    fault: str = ""
    """Why it is no file that may be read (a link, a pipe); empty for a regular file."""


class BagSource(Protocol):
    """Where a bag lies: a folder, or an archive."""

    def entries(self) -> Iterator[BagEntry]:
        """Everything in it but folders, in any order."""
        ...

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes of one file. Raises EvidenceError if they cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class BagFault:
    """Something in a bag that does not fit."""

    kind: str
    """A word for programs, listed in `docs/formats/exports.md`."""
    path: str
    """The file it is about, fit to be printed; empty if it is about none."""
    says: str
    """A sentence for a person that names the file."""
    expected: str = ""
    """`algorithm:hex`, where a digest was expected."""
    found: str = ""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file whose bytes were read."""

    size: int
    digests: Mapping[str, str]
    """Hexadecimal, by the algorithms of the manifests that list it."""


@dataclass(frozen=True, slots=True)
class BagReading:
    """What reading a bag brought to light."""

    version: str
    info: tuple[tuple[str, str], ...]
    """Labels and values of bag-info.txt, in their order."""
    files: Mapping[str, FoundFile]
    """Every file that a manifest lists and whose digests were found as listed, by its path."""
    faults: tuple[BagFault, ...]
    warnings: tuple[BagFault, ...]

    @property
    def valid(self) -> bool:
        """Whether the bag is complete and every digest that it lists is right."""
        return not self.faults


@dataclass(slots=True)
class _Expected:
    """What the manifests of one sort say of one file."""

    digests: dict[str, str] = field(default_factory=dict)


def read_bag(source: BagSource, *, sealed: bool = False) -> BagReading:
    """Read a bag and check every file in it.

    `sealed` asks for what mediaev's own bags have besides: every tag file is listed in a tag
    manifest, so that one that was laid there later is a fault. Raises EvidenceError only where
    the source itself cannot be listed.
    """
    return _Reader(source, sealed=sealed).read()


class _Reader:
    def __init__(self, source: BagSource, *, sealed: bool) -> None:
        self._source = source
        self._sealed = sealed
        self._notes = Notes(MOST_KEPT)
        self._sizes: dict[str, int] = {}
        self._payload: dict[str, _Expected] = defaultdict(_Expected)
        self._tag: dict[str, _Expected] = defaultdict(_Expected)
        self._files: dict[str, FoundFile] = {}
        self._said = Declaration("", (1, 0), "utf-8")
        self._algorithms: set[str] = set()
        """Of the payload manifests."""
        self._absent: set[str] = set()
        """Listed paths that are not there, in NFC; only those that are not ASCII."""
        self._composed: dict[str, str] = {}
        """By NFC, the paths that are there and are not ASCII."""

    def read(self) -> BagReading:
        info: list[tuple[str, str]] = []
        if self._list():
            self._said = declaration(self._bytes("bagit.txt"), self._notes)
            self._read_manifests()
            self._read_fetch()
            info = self._read_info()
            self._check_completeness()
            for expected in (self._tag, self._payload):
                for path in sorted(expected):
                    self._check(path, expected[path].digests)
        return BagReading(
            self._said.version,
            tuple(info),
            self._files,
            tuple(BagFault(*each) for each in self._notes.faults()),
            tuple(BagFault(*each) for each in self._notes.warnings()),
        )

    def _list(self) -> bool:
        for number, entry in enumerate(self._source.entries()):
            if number >= MOST_ENTRIES:
                self._notes.fault("too-large", "", f"It holds more than {MOST_ENTRIES:,} files.")
                return False
            if says := entry.fault or bag_paths.harm(entry.path):
                kind = "not-a-file" if entry.fault else "unsafe-path"
                self._notes.fault(kind, entry.path, f"{shown(entry.path)}: {says}.")
            elif entry.path in self._sizes:
                says = f"{shown(entry.path)} is in there twice."
                self._notes.fault("twice", entry.path, says)
            else:
                self._sizes[entry.path] = entry.size
        return True

    def _bytes(self, path: str, most: int = 1 << 16) -> bytes | None:
        """A small file; None, and a fault, if it is not there, too large or not readable."""
        if path not in self._sizes:
            self._notes.fault("missing", path, f"{path} is missing.")
            return None
        if self._sizes[path] > most:
            self._notes.fault("too-large", path, f"{path} is larger than {most:,} bytes.")
            return None
        return b"".join(self._pieces(path))

    def _pieces(self, path: str) -> Iterator[bytes]:
        """A file's bytes; where they end too early that is a fault."""
        try:
            yield from self._source.pieces(path)
        except EvidenceError as error:
            self._notes.fault("unreadable", path, f"{error.message}.")

    def _read_manifests(self) -> None:
        payload: set[str] = set()
        tag: set[str] = set()
        for path in sorted(self._sizes):
            if not (named := MANIFEST.fullmatch(path)):
                continue
            algorithm = named["algorithm"]
            if algorithm not in ALGORITHMS:
                says = f"{shown(path)}: its digests are of a kind that cannot be checked here."
                self._notes.fault("algorithm", path, says)
                continue
            is_tag = bool(named["tag"])
            (tag if is_tag else payload).add(algorithm)
            self._read_manifest(path, algorithm, self._tag if is_tag else self._payload)
        if not payload:
            self._notes.fault("no-manifest", "", "There is no payload manifest.")
        if not tag:
            self._note_unsealed("no-tag-manifest", "", "There is no tag manifest.")
        self._algorithms = payload

    def _read_manifest(self, path: str, algorithm: str, into: dict[str, _Expected]) -> None:
        in_data = into is self._payload
        for line in listed(self._pieces(path), path, algorithm, self._said, self._notes):
            target = self._resolved(line.path)
            if says := bag_paths.harm(target):
                what = f"{path}, line {line.number}: the path {shown(target)} is refused: {says}."
                self._notes.fault("unsafe-path", target, what)
            elif target.startswith(DATA) is not in_data or _is_tag_manifest(target):
                what = f"{path}, line {line.number}: {shown(target)} has no place in it."
                self._notes.fault("misplaced", target, what)
            elif algorithm in into[target].digests:
                self._twice(path, target, line.digest == into[target].digests[algorithm])
            else:
                into[target].digests[algorithm] = line.digest

    def _resolved(self, path: str) -> str:
        """The path that is meant: percent signs are undone, unless the bag holds it as written."""
        meant = bag_paths.read(path, percent=self._said.number >= (1, 0))
        if meant != path and meant not in self._sizes and path in self._sizes:
            says = f"{shown(path)}: its percent signs stand for themselves in the manifest."
            self._notes.warn("percent", path, says)
            return path
        return meant

    def _twice(self, manifest: str, path: str, same: bool) -> None:  # noqa: FBT001
        how = "the same" if same else "another"
        says = f"{manifest} lists {shown(path)} twice, with {how} digest."
        if same and self._said.number < (1, 0):
            self._notes.warn("listed-twice", path, says)
        else:
            self._notes.fault("listed-twice", path, says)

    def _read_fetch(self) -> None:
        if FETCH not in self._sizes:
            return
        says = "Parts of the bag are to be fetched from elsewhere (fetch.txt); none are."
        self._notes.warn("fetch", FETCH, says)
        for number, path in fetched(self._pieces(FETCH), self._said, self._notes):
            target = self._resolved(path)
            harm = bag_paths.harm(target)
            if harm or not target.startswith(DATA):
                what = f"{FETCH}, line {number}: the path {shown(target)} is refused: "
                self._notes.fault("unsafe-path", target, what + (harm or "it is no payload") + ".")
            elif target not in self._payload:
                what = f"{FETCH}, line {number}: no manifest lists {shown(target)}."
                self._notes.fault("unlisted", target, what)

    def _read_info(self) -> list[tuple[str, str]]:
        name = "bag-info.txt"
        if name not in self._sizes or (content := self._bytes(name, 4 << 20)) is None:
            return []
        found = tags(content, self._said, self._notes)
        oxum = next((value for label, value in found if label.lower() == "payload-oxum"), None)
        sizes = [size for path, size in self._sizes.items() if path.startswith(DATA)]
        if oxum is not None and oxum != f"{sum(sizes)}.{len(sizes)}":
            says = (
                f"bag-info.txt tells of {shown(oxum[:60])} (bytes.files) of payload, and there "
                f"are {sum(sizes)}.{len(sizes)}."
            )
            self._notes.fault("oxum", name, says)
        return found

    def _check_completeness(self) -> None:
        # Some disks turn names into another normal form when a bag is copied there.
        absent = (each for each in (*self._payload, *self._tag) if each not in self._sizes)
        self._absent = {bag_paths.composed(each) for each in absent if not each.isascii()}
        self._composed = {
            bag_paths.composed(each): each for each in self._sizes if not each.isascii()
        }
        for path in [each for each in self._sizes if each.startswith(DATA)]:
            by = self._payload[path].digests.keys() if path in self._payload else set()
            lacking = self._algorithms - by
            if not by:
                self._unlisted(path, f"{shown(path)} is listed in no manifest.")
            elif lacking and self._said.number >= (1, 0):
                names = ", ".join(f"manifest-{each}.txt" for each in sorted(lacking))
                self._unlisted(path, f"{shown(path)} is not listed in {names}.")
        for path in self._sizes:
            seen = path in self._tag or path.startswith(DATA) or _is_tag_manifest(path)
            if not seen:
                self._note_unsealed(
                    "unlisted", path, f"{shown(path)} is listed in no tag manifest."
                )
        self._warn_of_twins()

    def _unlisted(self, path: str, says: str) -> None:
        if path.isascii() or bag_paths.composed(path) not in self._absent:
            self._notes.fault("unlisted", path, says)
        # else the manifest spells it in another normal form; `_check` finds it

    def _warn_of_twins(self) -> None:
        folded: dict[str, str] = {}
        for path in (*self._payload, *self._tag):
            first = folded.setdefault(bag_paths.folded(path), path)
            if first != path:
                says = f"{shown(first)} and {shown(path)} differ in case or form alone."
                self._notes.warn("twins", path, says)

    def _note_unsealed(self, kind: str, path: str, says: str) -> None:
        (self._notes.fault if self._sealed else self._notes.warn)(kind, path, says)

    def _check(self, path: str, expected: Mapping[str, str]) -> None:
        """Read one file and hold its digests against those listed."""
        lies_at = path if path in self._sizes else self._spelled_otherwise(path)
        if lies_at is None:
            says = f"{shown(path)} is listed and missing."
            listed_as = next(f"{name}:{digits}" for name, digits in expected.items())
            self._notes.fault("missing", path, says, listed_as)
            return
        hashes = {name: hashlib.new(ALGORITHMS[name], usedforsecurity=False) for name in expected}
        before, total = self._notes.count, 0
        for piece in self._pieces(lies_at):
            total += len(piece)
            for each in hashes.values():
                each.update(piece)
        found = {name: each.hexdigest() for name, each in hashes.items()}
        if self._notes.count != before:
            return  # it could not be read to its end
        wrong = [name for name in expected if found[name] != expected[name]]
        for name in wrong:
            says = f"{shown(path)} was changed: its {name} should be {expected[name]}, "
            says += f"and is {found[name]}."
            told = f"{name}:{expected[name]}", f"{name}:{found[name]}"
            self._notes.fault("changed", path, says, *told)
        if not wrong:
            self._files[lies_at] = FoundFile(total, found)

    def _spelled_otherwise(self, path: str) -> str | None:
        """A file that is not listed itself and whose name differs in its normal form alone."""
        lies_at = None if path.isascii() else self._composed.get(bag_paths.composed(path))
        if lies_at is not None:
            says = f"{shown(lies_at)} is listed in another normal form of its name."
            self._notes.warn("normal-form", lies_at, says)
        return lies_at


def _is_tag_manifest(path: str) -> bool:
    """Tag manifests list everything but themselves."""
    named = MANIFEST.fullmatch(path)
    return named is not None and bool(named["tag"])
