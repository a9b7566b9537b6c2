"""Small cases over files that are really there, without examining anything."""

import hashlib
import os

from mediaev.actions.case import Case
from mediaev.intake.opened import identity_of
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private
from mediaev.model.exhibit import Exhibit, Kind, Sighting

NAMES = [
    b"plain.mp4",
    b"-rf.mp4",
    b"100%25 and %0A.png",
    b"line\r\nbreak.png",
    b"caf\xe9.jpg",
    "cafe\u0301.jpg".encode(),
    "caf\u00e9.jpg".encode(),
    "\u202egpj.exe".encode(),
    b"trailing. ",
    b" leading",
    b"n" * 250 + b".jpg",
    b"CON.txt",
    b"~root",
    b"=1+1.csv",
    "\uff1dfull.csv".encode(),
    b"back\\slash:colon.mov",
    b"tab\there.jpg",
    b"\x1b[31mred",
    "شاهد.mp4".encode(),
    b".hidden",
]
"""Names that break things."""


class CaseFactory:
    """Makes files in one folder, and a case that took them in."""

    def __init__(self, folder):
        self.footage = folder / "footage"
        self.footage.mkdir()
        self.folder = folder / "case"

    def file(self, name, content):
        """A file with any bytes for a name; returns its path in bytes."""
        path = os.path.join(os.fsencode(self.footage), name)
        with open(path, "xb") as file:
            file.write(content)
        return path

    def make(self, names=(b"a.mp4", b"b.jpg"), **facts):
        """A signed case with a file of each name, each with its own bytes; closed."""
        facts = {"operator": "Anna Ops", "organisation": "Newsroom", "number": "KH-1"} | facts
        with (
            Case.create(self.folder, **facts) as case,
            case.store.session("scan", ["mediaev", "scan", str(self.footage)], {}),
        ):
            for number, name in enumerate(names):
                self.take_in(case, self.file(name, b"exhibit %d " % number * (number + 1)))
        return self.folder

    @staticmethod
    def take_in(case, path):
        """Take one file in, as a scan does, and say that it is a still."""
        with open(path, "rb") as file:
            content = file.read()
        digest = Digest("sha256", hashlib.sha256(content).digest())
        seen = "2026-11-24T10:00:00.000000Z"
        exhibit = Exhibit(digest, len(content), Kind.STILL, seen)
        sighting = Sighting(digest, path, identity_of(path), seen)
        md5 = Digest("md5", hashlib.md5(content).digest())
        case.store.take_in(exhibit, sighting, digests=[md5])
        detail = {
            "kind": "still",
            "format": "jpeg",
            "settings": "",
            "sha256": "",
            "note": Private(1),
        }
        case.store.append([EventDraft("item.identify", detail, item=digest)])
        return digest
