"""Examining files: opened once, digested, then decoded in a process that can be killed."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mediaev import plugins
from mediaev.actions.workers import cores
from mediaev.errors import EvidenceError, UsageError
from mediaev.examine import examine
from mediaev.examine.learned import LearnedDescriptor, UnfitModelError
from mediaev.intake.opened import OpenedFile, digest, open_once
from mediaev.jobs import ProcessExecutor
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination, ExaminationStatus, ExamineSettings
from mediaev.model.exhibit import Kind
from mediaev.ports import Executor, Failure, Limits, Task


@dataclass(frozen=True, slots=True)
class Looked:
    """A file as far as it could be looked at."""

    path: bytes
    opened: OpenedFile | None = None
    digests: tuple[Digest, ...] = ()
    """SHA-256 first; empty when the bytes could not be read."""
    examination: Examination | None = None
    error: EvidenceError | None = None


_BY_CHANCE = {"crashed", "memory", "timeout"}
"""Kinds of failure that may be the machine's and not the file's: it slept, it ran out of memory."""
T = TypeVar("T")
Wanted = Callable[[OpenedFile, Sequence[Digest]], bool]


def executor(count: int | None = None) -> Executor:
    """Worker processes to examine in: `count`, or one a core. Close it after use."""
    return ProcessExecutor(count or cores())


def look(
    paths: Iterable[bytes],
    *,
    settings: ExamineSettings,
    executor: Executor | None = None,
    algorithms: Sequence[str] = (),
    wanted: Wanted = lambda _opened, _digests: True,
    learned: Sequence[LearnedDescriptor] = (),
) -> Iterator[Looked]:
    """Digest every file and examine those that `wanted` says, in the order they end.

    `learned` describe pictures besides the descriptors that are built or plugged in; raises
    UsageError when their weights file changes or vanishes meanwhile. Each path comes out
    exactly once. `wanted` is called in order, right after a file's digests are known and
    while it is open: the place to record that it was taken in.
    """
    own = executor or ProcessExecutor(cores())
    dearer = sum(each.seconds_per_second for each in learned)
    source = _Source(paths, algorithms, wanted, dearer)
    function = functools.partial(
        examine,
        settings=settings,
        descriptors=(*plugins.descriptors(), *learned),
        readers=plugins.readers(),
    )
    try:
        for task, result in own.run(function, source.tasks()):
            yield from source.settled()
            yield source.finished(task, _examination(result, settings))
        yield from source.settled()
    finally:
        source.close()
        if executor is None:
            own.close()


def in_order(paths: Iterable[bytes], made: Iterable[tuple[bytes, T]]) -> Iterator[T]:
    """What was made of each path, in the order of `paths`, as soon as it can be told.

    `made` comes in any order, once for each distinct path; a path given twice is answered
    twice.
    """
    ready: dict[bytes, T] = {}
    waiting = list(paths)
    for path, each in made:
        ready[path] = each
        while waiting and waiting[0] in ready:
            yield ready[waiting.pop(0)]


class _Source:
    """Opens and digests files as the executor asks for tasks, and keeps them open meanwhile."""

    def __init__(
        self, paths: Iterable[bytes], algorithms: Sequence[str], wanted: Wanted, dearer: float
    ) -> None:
        self._dearer = dearer
        self._paths = paths
        self._algorithms = algorithms
        self._wanted = wanted
        self._open: dict[bytes, tuple[contextlib.ExitStack, OpenedFile, tuple[Digest, ...]]] = {}
        self._settled: list[Looked] = []

    def tasks(self) -> Iterator[Task]:
        for path in self._paths:
            with contextlib.ExitStack() as stack:
                try:
                    opened = stack.enter_context(open_once(path))
                    digests = tuple(digest(opened, self._algorithms))
                except EvidenceError as error:
                    self._settled.append(Looked(path, error=error))
                    continue
                if not self._wanted(opened, digests):
                    self._settled.append(Looked(path, opened, digests))
                    continue
                self._open[path] = (stack.pop_all(), opened, digests)
            yield Task(path, opened.fd, Limits.for_size(opened.identity.size, self._dearer))

    def settled(self) -> Iterator[Looked]:
        """Files that needed no examination since the last call."""
        done, self._settled = self._settled, []
        yield from done

    def finished(self, task: Task, examination: Examination) -> Looked:
        """Close an examined file, after a last look whether it changed meanwhile."""
        stack, opened, digests = self._open.pop(task.key)
        with stack:
            try:
                opened.check_unchanged()
            except EvidenceError as error:
                return Looked(task.key, opened, digests, error=error)
            return Looked(task.key, opened, digests, examination)

    def close(self) -> None:
        """Close what an interrupted run left open."""
        for stack, _, _ in self._open.values():
            stack.close()
        self._open.clear()


def may_end_otherwise(status: ExaminationStatus, reason: str) -> bool:
    """Whether an examination failed for a reason that another try may not meet again."""
    return status is ExaminationStatus.FAILED and reason.partition(":")[0] in _BY_CHANCE


def _examination(result: Examination | Failure, settings: ExamineSettings) -> Examination:
    """A task that did not return is an examination that failed, with the reason."""
    if isinstance(result, Failure):
        _, model_failed, why = result.reason.partition(f"{UnfitModelError.__name__}: ")
        if model_failed:  # no file of the evidence is to blame
            raise UsageError(
                f"The learned model can no longer be used: {why}",
                advice="Put its file back, then run the same command again.",
            )
        reason = f"{result.kind}: {result.reason}"
        return Examination(
            Kind.OTHER, ExaminationStatus.FAILED, reason=reason, settings=settings.id
        )
    return result
