"""The plug-in points: what a descriptor, a reader, an exporter and an executor must do.

Built-in ones are listed in the rooms that hold them; further descriptors, readers and
exporters are found through entry points (`mediaev/plugins.py`), an executor is handed to the
action that is to use it. Each port has one contract test (`tests/contracts/`) that runs over every
implementation there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mediaev.model.claim import Claim
    from mediaev.model.examination import MediaFacts
    from mediaev.model.export import CaseRecord


@runtime_checkable
class Descriptor(Protocol):
    """An algorithm that turns pictures into fixed-length bit strings."""

    id: str
    """Name, pipeline and version; equal ids are comparable with one another."""
    bits: int
    """Length of one sample, a multiple of 8."""
    gate: int
    """Samples of a lower quality (0..100) never vote."""
    stills_only: bool
    """Whether it is made for stills alone (what other people's hash lists hold)."""

    def describe(self, pictures: Sequence[NDArray[np.uint8]]) -> tuple[bytes, bytes]:
        """Bits and quality of upright luma pictures.

        Takes n arrays of shape (height, width), dtype uint8, of any size from 1×1. Returns
        n × bits/8 bytes and n quality bytes (0..100). Never fails on content.
        """
        ...


@runtime_checkable
class Sparse(Protocol):
    """A descriptor that is too dear for every sample of a video."""

    per_second: int
    """Samples it sees of a second; the first one of each scene comes on top."""


@runtime_checkable
class Reader(Protocol):
    """Reads metadata claims out of an open file."""

    name: str
    version: str

    def accepts(self, facts: MediaFacts) -> bool:
        """Whether this reader knows such a format."""
        ...

    def read(self, file: BinaryIO, facts: MediaFacts) -> list[Claim]:
        """Claims of a file opened for reading at offset 0. May raise anything."""
        ...


@runtime_checkable
class Exporter(Protocol):
    """Writes a case, or what it knows of some exhibits, in a form that others read."""

    kind: str
    """What `mediaev export` calls it: lower-case letters, digits, `-`."""
    in_bag: str
    """The name of its file in the folder `custody` of a bag; empty if bags go without."""

    def write(self, case: CaseRecord, say: Callable[[str], None]) -> Iterator[bytes]:
        """The document, piece by piece.

        A function of the record alone: the same record makes the same bytes, without a clock,
        a place or a name of this machine. `say` takes sentences for the person who exports,
        such as what the form has no room for.
        """
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may use before its process is killed."""

    wall_seconds: float = 600.0
    cpu_seconds: float = 300.0
    memory_bytes: int = 3 << 30
    """Address space on top of what the idle worker has."""

    @classmethod
    def for_size(cls, size: int, dearer: float = 0.0) -> Limits:
        """Limits for a file of `size` bytes: a floor, and 2 CPU seconds a megabyte on top.

        Long footage is rarely under 0.5 Mbit/s and decodes at 5 times real time or
        better (`docs/decisions/`), so honest files stay far below. `dearer`: CPU seconds a
        second of footage that are needed besides.
        """
        cpu = 120.0 + (2.0 + 16.0 * dearer) * size / 1e6
        return cls(wall_seconds=2 * cpu + 60.0, cpu_seconds=cpu)


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work for an executor: a function of an open file."""

    key: Any
    """Comes back with the result."""
    fd: int
    """Open file descriptor; the executor never closes it, and reads it only by offset."""
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that did not return: its process crashed, ran over a limit or raised."""

    kind: str
    """`crashed`, `timeout`, `cpu`, `memory` or `error`."""
    reason: str
    """One sentence for a person."""


class Executor(Protocol):
    """Runs one function over many open files, each where it can be killed alone."""

    def run(
        self, function: Callable[[int], Any], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Any]]:
        """Yield (task, result or Failure) as they end, in any order.

        Pulls `tasks` lazily and keeps only a few in flight. Closing the iterator stops
        what is running. `function` takes a file descriptor and must be picklable.
        """
        ...

    def close(self) -> None:
        """End all workers at once; no process outlives this call."""
        ...
