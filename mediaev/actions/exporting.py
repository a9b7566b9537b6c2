"""The part of the Python API that gives things out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from mediaev.actions.doctor import versions
from mediaev.actions.export import Exported, export, plan
from mediaev.actions.list_export import Exported as ExportedList
from mediaev.actions.list_export import export_list
from mediaev.actions.path_like import PathLike
from mediaev.actions.progress import Listener, silent
from mediaev.model.exhibit import Exhibit
from mediaev.model.export import COURT_ONLY, Letting
from mediaev.store import CaseStore


class Exports:
    """What a case can be exported as."""

    _store: CaseStore

    def export(
        self,
        kind: str,
        target: PathLike | None = None,
        exhibits: Sequence[Exhibit] | None = None,
        *,
        letting: Letting = COURT_ONLY,
        out: Callable[[bytes], None] | None = None,
        listen: Listener = silent,
    ) -> Exported:
        """Write a bag, or a document about all exhibits or some, for others, and log it.

        A document goes to `target`, or without one piece by piece to `out`. Raises UsageError.
        """
        place = None if target is None else Path(os.fsdecode(target))
        return export(self._store, kind, place, exhibits, letting, out=out, listen=listen)

    def plan_export(
        self,
        kind: str,
        target: PathLike | None = None,
        exhibits: Sequence[Exhibit] | None = None,
        *,
        letting: Letting = COURT_ONLY,
    ) -> Exported:
        """What `export` would give out; nothing is written, and nothing logged."""
        place = None if target is None else Path(os.fsdecode(target))
        return plan(self._store, kind, place, exhibits, letting)

    def export_list(
        self,
        form: str,
        target: PathLike,
        exhibits: Sequence[Exhibit] | None = None,
        *,
        paths: bool = False,
    ) -> ExportedList:
        """Write a hash list of all exhibits, or of some, for others, and log it.

        Exhibits go by the first digits of their digests; only with `paths` is it told where
        they were seen.
        """
        with self._store.session("hashes export", sys.argv, versions()):
            return export_list(self._store, form, Path(os.fsdecode(target)), exhibits, paths=paths)
