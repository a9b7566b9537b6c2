"""A few made-up exhibits, and cases that hold them."""

import sqlite3
from contextlib import closing
from fractions import Fraction
from hashlib import sha256

import pytest

from mediaev.model.claim import Claim, ReaderRun, ReaderStatus
from mediaev.model.cluster import Cluster, Ranking, Reason
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination, ExaminationStatus, MediaFacts
from mediaev.model.exhibit import Exhibit, FileIdentity, FileOutcome, Kind, Sighting, Status
from mediaev.model.fingerprint import Box, Fingerprint, Region
from mediaev.model.match import Match, Relation, Segment
from mediaev.store import CaseStore

DESCRIPTOR = "pdq-256/luma-area-64/1"


class Samples:
    """Exhibits, sightings and findings by number."""

    descriptor = DESCRIPTOR

    @staticmethod
    def digest(number):
        return Digest("sha256", sha256(f"exhibit {number}".encode()).digest())

    def exhibit(self, number):
        taken_in = f"2026-11-24T10:00:{number:02d}.000000Z"
        return Exhibit(self.digest(number), 1000 + number, Kind.OTHER, taken_in)

    def sighting(self, number, path=None, *, inode=None, mtime_ns=1_764_000_000_123_456_789):
        identity = FileIdentity(64768, inode or 500 + number, 1000 + number, mtime_ns, mtime_ns)
        place = path or b"/footage/%d.mp4" % number
        return Sighting(self.digest(number), place, identity, "2026-11-24T10:00:00.000000Z")

    def fingerprint(self, number, *, region=Region.FULL, count=3):
        ticks = b"".join(tick.to_bytes(8, "little") for tick in range(count))
        bits = bytes([number % 256]) * 32 * count
        box = Box(0.1, 0.2, 0.9, 1 / 3)
        return Fingerprint(
            DESCRIPTOR, region, Fraction(1001, 30000), ticks, bits, b"\x50" * count, box
        )

    def examination(self, number, **changes):
        claims = (
            Claim("make", f"Maker {number}", "exifread 3.5.1", "IFD0:Make"),
            Claim("latitude", 48.2, "exifread 3.5.1", "GPS:GPSLatitude", "deg", flags=("coarse",)),
        )
        found = {
            "kind": Kind.VIDEO,
            "status": ExaminationStatus.OK,
            "facts": MediaFacts("mp4", Fraction(1001, 100), 640, 480, video_codec="h264"),
            "fingerprints": (self.fingerprint(number), self.fingerprint(7, region=Region.INNER)),
            "claims": claims,
            "flags": ("odd",),
            "readers": (ReaderRun("exifread", ReaderStatus.OK),),
            "thumbnail": b"\xff\xd8 not really",
            "settings": "examine-1",
            "libraries": {"av": "18.1"},
        }
        return Examination(**{**found, **changes})

    @staticmethod
    def match(relation=Relation.CONTAINS, score=0.875):
        return Match(
            relation,
            score,
            (Segment((0.0, 6.0), (12.5, 15.5), 0.5, 0.75),),
            evidence={"visual": {"samples": 12, "distance": 14.5}},
        )

    def outcome(self, number):
        return FileOutcome(b"/footage/%d.mp4" % number, Status.NEW, "", self.digest(number))

    def cluster(self, *numbers):
        members = tuple(sorted(self.digest(number) for number in numbers))
        reasons = (Reason("longest", members[0], "It is the longest."),)
        return Cluster(f"c-{members[0].hex[:12]}", members, Ranking(members[::-1], reasons))

    def fill(self, store, count=3):
        """Take in and examine some exhibits, and match the first two."""
        with store.session("scan", ["mediaev", "scan", "/footage"], {"av": "18.1"}) as session:
            for number in range(count):
                with store.transaction():
                    store.take_in(self.exhibit(number), self.sighting(number))
                    store.record_examination(self.digest(number), self.examination(number))
            store.record_matches(self.digest(0), "engine", [])
            store.record_matches(self.digest(1), "engine", [(self.digest(0), self.match())])
        return session


@pytest.fixture
def samples():
    return Samples()


@pytest.fixture
def case(tmp_path):
    """A new case, open for writing."""
    with CaseStore.create(tmp_path / "case", number="KH-1") as store:
        yield store


@pytest.fixture
def filled(tmp_path, samples):
    """The folder of a signed case with three exhibits, closed."""
    with CaseStore.create(tmp_path / "case", operator="Anna Ops", number="KH-1") as store:
        samples.fill(store)
    return tmp_path / "case"


@pytest.fixture
def tamper():
    """Run SQL on a closed case as someone who is not mediaev: `tamper(folder, sql, *values)`."""

    def run(folder, statement, *values, guards=False):
        with closing(sqlite3.connect(folder / "case.db")) as connection:
            if not guards:
                triggers = connection.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
                ).fetchall()
                for name, _ in triggers:
                    connection.execute(f"DROP TRIGGER {name}")
            changed = connection.execute(statement, values).rowcount
            if not guards:
                for _, made_by in triggers:
                    connection.execute(made_by)
            connection.commit()
        return changed

    return run
