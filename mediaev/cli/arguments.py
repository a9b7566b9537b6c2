"""Arguments: what several verbs demand of the files they are given."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mediaev.errors import UsageError
from mediaev.model.exhibit import shown


def refuse_folders(names: Iterable[str]) -> None:
    """Raise UsageError for a folder where files are to be named."""
    for name in names:
        try:
            is_folder = Path(name).is_dir()
        except (OSError, ValueError):
            continue  # the verb itself says what is wrong with such a name
        if is_folder:
            raise UsageError(
                f"{shown(name)} is a folder; this verb takes files",
                advice="Name the files themselves, for example with FOLDER/*; "
                "`mediaev scan` takes folders.",
            )
