"""What a caller may give as a path."""

from __future__ import annotations

import os

PathLike = str | bytes | os.PathLike[str] | os.PathLike[bytes]
