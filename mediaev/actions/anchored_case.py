"""What a case can do about third parties' time: a part of the Python API."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from mediaev.actions.anchoring import Anchored, Told, add_answers, anchor, chosen_authorities
from mediaev.actions.doctor import versions
from mediaev.actions.path_like import PathLike
from mediaev.custody.bracket import Bracket, Brackets
from mediaev.custody.verify import Anchor
from mediaev.model.digest import Digest
from mediaev.store import CaseStore


class AnchoredCase:
    """A case whose log strangers can place in time."""

    _store: CaseStore

    def anchor(
        self,
        authorities: Iterable[str] = (),
        *,
        offline: bool = False,
        renew: bool = False,
        tell: Told = lambda _: None,
    ) -> Anchored:
        """Have third parties stamp the newest head of the log. The one method with a network.

        Asked are the configured authorities, or those of some names; offline none is, and the
        requests wait in `log/anchors`. Raises UsageError.
        """
        chosen = chosen_authorities(authorities)
        with self._store.session("anchor", sys.argv, versions()):
            return anchor(self._store, chosen, offline=offline, renew=renew, tell=tell)

    def add_anchors(
        self, files: Iterable[PathLike], *, authority: str = "", tell: Told = lambda _: None
    ) -> Anchored:
        """Take in authorities' answers that were fetched elsewhere. Raises UsageError."""
        with self._store.session("anchor", sys.argv, versions()):
            return add_answers(
                self._store,
                (Path(os.fsdecode(file)) for file in files),
                authority=authority,
                tell=tell,
            )

    def anchors(self) -> list[Anchor]:
        """The time stamps over the log, judged; only `verify` knows whether the log goes on."""
        return self._store.anchors()

    def brackets(self) -> Brackets:
        """Between which times each event was logged, by these time stamps."""
        return self._store.brackets()

    def bracket(self, digest: Digest) -> Bracket:
        """Between which times the first event about an exhibit was logged."""
        first = next(self._store.events(digest, limit=1), None)
        if first is None or not isinstance(first.seq, int):
            return Bracket(None, None)
        return self.brackets().of(first.seq)
