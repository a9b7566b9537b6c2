"""Choices: what the user chose besides a verb's own arguments."""

from __future__ import annotations

import os
from dataclasses import dataclass

DEFAULT_CASE = "mediaev-case"
CASE_VARIABLE = "MEDIAEV_CASE"


@dataclass(slots=True)
class Choices:
    """What the user chose besides the verb's own arguments."""

    case: str = ""
    """As given with -C; empty if it was not."""
    form: str = "text"
    """`text`, `json` or `jsonl`."""
    progress: str = "auto"
    """`auto`, `json` or `none`."""
    verbosity: int = 0
    quiet: bool = False

    @property
    def folder(self) -> str:
        """The case's folder: -C, else $MEDIAEV_CASE, else ./mediaev-case."""
        return self.case or os.environ.get(CASE_VARIABLE, "") or DEFAULT_CASE
