"""mediaev: find reposts of footage, and keep a custody log that strangers can check.

>>> from mediaev import Case
>>> with Case.open("my-case") as case:          # doctest: +SKIP
...     for cluster in case.clusters():
...         print(cluster.id, len(cluster.members))

Everything named in `__all__` is the public API. It is loaded on first use, so that
importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mediaev.actions.case import Case, case_if_any, compare_files, scan, sheet_of_files
    from mediaev.actions.decide import Decided
    from mediaev.actions.find import Answer
    from mediaev.actions.meta import FileClaims, meta
    from mediaev.actions.pair import Comparison
    from mediaev.actions.progress import Progress
    from mediaev.actions.scan import ScanOptions, ScanReport
    from mediaev.actions.sheets import Sheet
    from mediaev.errors import MediaevError
    from mediaev.model.boilerplate import Boilerplate
    from mediaev.model.claim import Claim
    from mediaev.model.cluster import Cluster
    from mediaev.model.decision import Place, Verdict
    from mediaev.model.digest import Digest
    from mediaev.model.examination import Examination, ExamineSettings
    from mediaev.model.exhibit import Exhibit, FileOutcome, Kind, Sighting, Status
    from mediaev.model.export import Letting, Profile
    from mediaev.model.fingerprint import Box, Fingerprint
    from mediaev.model.match import Match, Relation, Segment, Transform

__version__ = "0.1.0"

_HOMES = {
    "Answer": "actions.find",
    "Boilerplate": "model.boilerplate",
    "Box": "model.fingerprint",
    "Case": "actions.case",
    "Claim": "model.claim",
    "Cluster": "model.cluster",
    "Comparison": "actions.pair",
    "Decided": "actions.decide",
    "Digest": "model.digest",
    "Examination": "model.examination",
    "ExamineSettings": "model.examination",
    "Exhibit": "model.exhibit",
    "FileClaims": "actions.meta",
    "FileOutcome": "model.exhibit",
    "Fingerprint": "model.fingerprint",
    "Kind": "model.exhibit",
    "Letting": "model.export",
    "Match": "model.match",
    "MediaevError": "errors",
    "Place": "model.decision",
    "Profile": "model.export",
    "Progress": "actions.progress",
    "Relation": "model.match",
    "ScanOptions": "actions.scan",
    "ScanReport": "actions.scan",
    "Segment": "model.match",
    "Sheet": "actions.sheets",
    "Sighting": "model.exhibit",
    "Status": "model.exhibit",
    "Transform": "model.match",
    "Verdict": "model.decision",
    "case_if_any": "actions.case",
    "compare_files": "actions.case",
    "meta": "actions.meta",
    "scan": "actions.case",
    "sheet_of_files": "actions.case",
}

__all__ = [
    "Answer",
    "Boilerplate",
    "Box",
    "Case",
    "Claim",
    "Cluster",
    "Comparison",
    "Decided",
    "Digest",
    "Examination",
    "ExamineSettings",
    "Exhibit",
    "FileClaims",
    "FileOutcome",
    "Fingerprint",
    "Kind",
    "Letting",
    "Match",
    "MediaevError",
    "Place",
    "Profile",
    "Progress",
    "Relation",
    "ScanOptions",
    "ScanReport",
    "Segment",
    "Sheet",
    "Sighting",
    "Status",
    "Transform",
    "Verdict",
    "case_if_any",
    "compare_files",
    "meta",
    "scan",
    "sheet_of_files",
]


def __getattr__(name: str) -> Any:
    """Load a public name from the room it lives in."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
