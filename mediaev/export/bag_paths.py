"""Paths in bags: how manifests write them, and which of them lead out of a bag.

RFC 8493 §2.1.3: in a manifest CR, LF and the percent sign stand as `%0D`, `%0A` and `%25`. Up
to version 0.97 only the first two did.
"""

from __future__ import annotations

import re
import unicodedata

_WRITTEN = {"\r": "%0D", "\n": "%0A", "%": "%25"}
_READ = {"0d": "\r", "0a": "\n", "25": "%"}
_DRIVE = re.compile(r"[A-Za-z]:")
_VARIABLE = re.compile(r"%[A-Za-z_][A-Za-z0-9_]*%|\$")
LONGEST = 4096
"""Characters of a path that is looked at."""


def written(path: str) -> str:
    """A path as a manifest of version 1.0 has it."""
    return re.sub(r"[\r\n%]", lambda found: _WRITTEN[found[0]], path)


def read(path: str, *, percent: bool) -> str:
    """A path that a manifest has; `percent` says whether `%25` means `%`, as in 1.0.

    What merely looks like an escape stands for itself.
    """
    known = "0[AaDd]|25" if percent else "0[AaDd]"
    return re.sub(f"%({known})", lambda found: _READ[found[1].lower()], path)


def harm(path: str) -> str:
    """How a path would lead out of a bag, or an empty string if it does not.

    A rule for every system at once: a bag that is harmless here alone is not.
    """
    parts = re.split(r"[/\\]", path)
    if len(path) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    rules = {
        "it is empty": not path,
        "it holds a NUL": "\0" in path,
        "it is absolute": path.startswith(("/", "\\")),
        "it begins with a drive": _DRIVE.match(path),
        "it begins with a home folder": path.startswith("~"),
        "it begins with a variable of a shell": _VARIABLE.match(path),
        "it climbs out of its folder": ".." in parts,
        "it is not written the plain way": "" in parts or "." in parts,
    }
    return next((says for says, broken in rules.items() if broken), "")


def folded(path: str) -> str:
    """What two paths share that some disks cannot hold side by side."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def composed(path: str) -> str:
    """The path in NFC: what a disk may have made of it, or it of a disk's."""
    return unicodedata.normalize("NFC", path)
