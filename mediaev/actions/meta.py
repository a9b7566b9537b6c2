"""Metadata claims of files, with or without a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mediaev.actions.examining import Looked, in_order, look
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination, ExamineSettings
from mediaev.ports import Executor


@dataclass(frozen=True, slots=True)
class FileClaims:
    """What one file states about itself."""

    path: bytes
    digest: Digest | None
    examination: Examination | None
    error: str | None = None
    """Why the file could not be read."""


def meta(
    paths: Sequence[bytes],
    *,
    settings: ExamineSettings | None = None,
    executor: Executor | None = None,
) -> Iterator[FileClaims]:
    """Read each file's claims, in the order given; takes nothing in."""
    looks = look(
        list(dict.fromkeys(paths)), settings=settings or ExamineSettings(), executor=executor
    )
    return in_order(paths, ((looked.path, _claims(looked)) for looked in looks))


def _claims(looked: Looked) -> FileClaims:
    return FileClaims(
        looked.path,
        looked.digests[0] if looked.digests else None,
        looked.examination,
        str(looked.error) if looked.error else None,
    )
