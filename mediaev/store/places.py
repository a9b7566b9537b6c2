"""Where things of this machine lie that must never be inside a case: keys and pins."""

from __future__ import annotations

import os
from pathlib import Path

from mediaev.errors import UsageError


def keys_folder() -> Path:
    """The folder of private keys, `$XDG_CONFIG_HOME/mediaev/keys`."""
    return _base("XDG_CONFIG_HOME", ".config") / "mediaev" / "keys"


def authorities_folder() -> Path:
    """The folder of trusted time-stamping authorities, `$XDG_CONFIG_HOME/mediaev/authorities`."""
    return _base("XDG_CONFIG_HOME", ".config") / "mediaev" / "authorities"


def pins_file() -> Path:
    """The file of checkpoints seen, `$XDG_STATE_HOME/mediaev/pins.json`."""
    return _base("XDG_STATE_HOME", ".local/state") / "mediaev" / "pins.json"


def index_notes_folder(vault: str) -> Path:
    """The folder of notes on a case's index, `$XDG_STATE_HOME/mediaev/index/<vault>`."""
    return _base("XDG_STATE_HOME", ".local/state") / "mediaev" / "index" / vault


def _base(variable: str, otherwise: str) -> Path:
    # The XDG specification tells to pass over relative paths.
    named = Path(os.environ.get(variable, ""))
    if named.is_absolute():
        return named
    try:
        return Path.home() / otherwise
    except RuntimeError as error:
        raise UsageError(
            "This user has no home folder, so there is no place for keys and pins.",
            advice="Set HOME, or XDG_CONFIG_HOME and XDG_STATE_HOME, to folders of your own.",
        ) from error
