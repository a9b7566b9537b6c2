"""Made files, kept between runs under what they are made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Details = dict[str, Any]


@dataclass(slots=True)
class Cache:
    """A folder of made files, each beside a JSON file with the truth about it.

    The JSON file is written last: without it, a file counts as never made.
    """

    folder: Path
    made: int = field(default=0, init=False)
    found: int = field(default=0, init=False)

    def get(
        self, name: str, suffix: str, *key: object, make: Callable[[Path], Details]
    ) -> tuple[Path, Details]:
        """The file under a key, made now if it is not there yet, and its details.

        `name` is for people; `key` must hold all that the outcome depends on.
        """
        text = json.dumps([name, suffix, *map(str, key)])
        place = self.folder / name
        path = place / f"{hashlib.sha256(text.encode()).hexdigest()[:20]}{suffix}"
        told = path.with_suffix(".json")
        if told.exists() and path.exists():
            self.found += 1
            details: Details = json.loads(told.read_text())
            return path, details
        place.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"part-{path.name}")
        details = json.loads(json.dumps(make(part)))
        part.replace(path)
        part.with_suffix(".json").write_text(json.dumps(details))
        part.with_suffix(".json").replace(told)
        self.made += 1
        return path, details
