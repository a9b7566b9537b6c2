"""An executor whose tasks run in processes of their own, each killed alone when it must be.

Every worker has a socket to itself: a worker that dies in the middle of a result spoils only
its own (`docs/decisions/` tells why no pool library is used). All of the parent's side runs
in the caller's thread, inside the iterator.
"""

from __future__ import annotations

import pickle
import selectors
import time
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Self

from mediaev.jobs.handle import WorkerHandle
from mediaev.ports import Task


class ProcessExecutor:
    """Runs tasks in `workers` processes, started when first needed and then reused.

    A task that crashes, hangs or runs over its limits costs its own process, and nothing
    else: a fresh one takes over. A context manager; after `close` it may be used again.
    """

    def __init__(
        self, workers: int, *, tasks_per_worker: int = 250, threads: int = 1, loading: str = ""
    ) -> None:
        """`tasks_per_worker`: a worker is replaced after so many, against slow leaks.

        `threads`: as many as may work on one picture within one worker. `loading`: a module that
        each worker loads before its first task.
        """
        self._workers = [
            WorkerHandle(tasks_per_worker, threads, loading) for _ in range(max(1, workers))
        ]

    def start(self) -> None:
        """Start all workers now, so that they load what they need while the caller does, too."""
        for worker in self._workers:
            worker.start()

    def run(
        self, function: Callable[[int], Any], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Any]]:
        """Yield (task, result or Failure) as they end; at most two a worker are in flight.

        The second one waits inside the worker, so that it has work while the caller
        digests or records. Tasks that waited in a worker that died are started again.
        """
        packed = pickle.dumps(function)
        source = iter(tasks)
        try:
            for task in source:
                self._least_busy().submit(packed, task)
                # At least one worker always has room when the next task is asked for.
                while (ended := self._collect(wait=self._full())) or self._full():
                    yield from ended
            while any(worker.busy for worker in self._workers):
                yield from self._collect(wait=True)
        finally:
            for worker in self._workers:
                if worker.busy:
                    worker.kill()

    def close(self) -> None:
        """End all workers at once; no process outlives this call."""
        for worker in self._workers:
            worker.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _full(self) -> bool:
        return not any(worker.has_room for worker in self._workers)

    def _least_busy(self) -> WorkerHandle:
        with_room = (worker for worker in self._workers if worker.has_room)
        return min(with_room, key=lambda worker: worker.busy)

    def _collect(self, *, wait: bool) -> list[tuple[Task, Any]]:
        """What has ended by now; with `wait`, wait until something may have."""
        working = [worker for worker in self._workers if worker.busy]
        if not working:
            return []
        patience = min(worker.deadline for worker in working) - time.monotonic() if wait else 0
        with selectors.DefaultSelector() as selector:
            for worker in working:
                selector.register(worker.channel, selectors.EVENT_READ, worker)
            for key, _ in selector.select(max(0.0, patience)):
                key.data.receive()
        return [ended for worker in working for ended in worker.ended(time.monotonic())]
