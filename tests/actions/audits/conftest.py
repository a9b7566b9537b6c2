"""A small folder of evidence, taken in without examining anything."""

import os

import pytest

from mediaev.actions.case import Case
from mediaev.intake.opened import digest, open_once
from mediaev.intake.walk import EntryKind, walk
from mediaev.model.exhibit import Exhibit, FileOutcome, Kind, Sighting, Status
from mediaev.model.fixity import PlaceState
from mediaev.store import keep, now


def taken_in(case, *roots, kept=False):
    """As a scan does, but without examining anything."""
    store = case.store
    paths = [os.fsencode(root) for root in roots]
    with store.session("scan", ["scan"], {}, paths=paths) as session, store.transaction():
        outcomes = []
        for entry in walk(paths):
            if entry.kind is not EntryKind.FILE:
                continue
            with open_once(entry.path) as opened:
                [found] = digest(opened)
                size = opened.identity.size
                store.take_in(
                    Exhibit(found, size, Kind.OTHER, now()),
                    Sighting(found, opened.path, opened.identity, now()),
                )
                if kept:
                    store.record_kept(found, *keep(opened.fd, found, store.folder))
            outcomes.append((entry.path, found))
        store.record_outcomes(
            session, [FileOutcome(path, Status.NEW, "", found) for path, found in outcomes]
        )


@pytest.fixture
def take_in():
    """Take files and folders in as a scan does: `take_in(case, folder, kept=False)`."""
    return taken_in


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "evidence"
    made.mkdir()
    for name in ("a", "b", "c"):
        (made / name).write_bytes(name.encode() * 100)
    return made


@pytest.fixture
def case(tmp_path, folder):
    with Case.create(tmp_path / "case") as made:
        taken_in(made, folder)
        yield made


@pytest.fixture
def named():
    """The states of all places that are not as recorded, by name: `named(report)`."""

    def states(report):
        return {
            os.path.basename(each.path).decode("utf-8", "surrogateescape"): each.state.value
            for each in report.findings
            if each.state is not PlaceState.MATCHED
        }

    return states
